import { define } from "ae-login/define";

define({ files: "/ae-login/" });
