//! The recipes for shops in PHP: each runs in a test bench with the few functions and classes of `WordPress` or Magento that it uses.
//! PHP's own server answers the requests, one after the other.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use serde_json::Value;
use xtask::site::Served;
use xtask::{paths, system};

use super::Recipe;
use crate::browser::free_port;
use crate::process::Folder;

/// The folder with the test benches.
const BENCHES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/recipe/php");

impl Recipe {
    /// Starts a page of Magento with the module in `magento`. In the files of the module each text of `replacements` is replaced, such as
    /// the address of the engine. `settings` are those of an administrator, by path.
    pub async fn magento(replacements: &[(&str, &str)], settings: &Value) -> Self {
        let home = Folder::new().expect("a temporary folder");
        let module = home.path().join("module");
        copy(&folder("magento"), &module, replacements).expect("a copy of the module");
        let variables = [
            ("MODULE", text(&module)),
            ("SETTINGS", settings.to_string()),
        ];
        Self::php("magento.php", &variables, home).await
    }

    /// Starts a shop with the plugin in `woocommerce`. `settings` is the option in the database. An empty secret means none.
    pub async fn woocommerce(engine: &str, secret: &str, settings: &Value) -> Self {
        let home = Folder::new().expect("a temporary folder");
        let release = xtask::release::folder().unwrap_or_else(|error| panic!("{error}"));
        let variables = [
            ("PLUGIN", text(&folder("woocommerce"))),
            ("DIST", text(&release)),
            ("STATE", text(&home.path().join("state.json"))),
            ("ENGINE", engine.to_owned()),
            ("SETTINGS", settings.to_string()),
            ("TOKEN_SECRET", secret.to_owned()),
        ];
        Self::php("wordpress.php", &variables, home).await
    }

    async fn php(bench: &str, variables: &[(&str, String)], home: Folder) -> Self {
        let mut php = system::php().unwrap_or_else(|error| panic!("{error}"));
        let port = free_port().expect("a free port");
        let origin = format!("http://127.0.0.1:{port}");
        for (name, value) in variables {
            // The shop's own address is known only now.
            php.env(name, value.replace("{{shop}}", &origin));
        }
        php.env("HOME_URL", &origin);
        php.args(["-S", &format!("127.0.0.1:{port}")]);
        php.arg(Path::new(BENCHES).join(bench));
        Self::start(&mut php, home, port).await
    }

    /// The server as a site that a browser can open.
    pub fn served(&self) -> Served {
        Served::by_another_program(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)))
    }
}

/// Checks the syntax of all PHP and XML files of the recipes and of the test benches. Returns how many files there are, and what PHP says
/// about those with errors.
pub fn syntax_errors() -> (usize, Vec<String>) {
    let mut files = Vec::new();
    for folder in [
        folder("magento"),
        folder("woocommerce"),
        PathBuf::from(BENCHES),
    ] {
        list(&folder, &mut files).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    }
    let mut count = 0;
    let mut errors = Vec::new();
    for file in files {
        let mut php = system::php().unwrap_or_else(|error| panic!("{error}"));
        match file.extension().and_then(|kind| kind.to_str()) {
            Some("php" | "phtml") => php.arg("-l").arg(&file),
            Some("xml") => php.arg(Path::new(BENCHES).join("xml.php")).arg(&file),
            _ => continue,
        };
        count += 1;
        let output = php.output().expect("PHP");
        if !output.status.success() {
            let said = [output.stdout, output.stderr].concat();
            errors.push(String::from_utf8_lossy(&said).into_owned());
        }
    }
    (count, errors)
}

fn folder(recipe: &str) -> PathBuf {
    paths::root().join("docs/recipes").join(recipe)
}

fn text(path: &Path) -> String {
    path.to_str().expect("a path of UTF-8").to_owned()
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// Copies a folder, and replaces texts in its files. Each text has to be there.
fn copy(from: &Path, to: &Path, replacements: &[(&str, &str)]) -> io::Result<()> {
    let mut files = Vec::new();
    list(from, &mut files)?;
    let mut used = vec![false; replacements.len()];
    for file in files {
        let mut content = fs::read_to_string(&file)?;
        for ((text, replacement), used) in replacements.iter().zip(&mut used) {
            *used |= content.contains(text);
            content = content.replace(text, replacement);
        }
        let path = file.strip_prefix(from).expect("a file below the folder");
        let target = to.join(path);
        fs::create_dir_all(target.parent().unwrap_or(to))?;
        fs::write(target, content)?;
    }
    assert!(used.iter().all(|used| *used), "{replacements:?}: {used:?}");
    Ok(())
}
