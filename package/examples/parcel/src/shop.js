import "ae-login";
