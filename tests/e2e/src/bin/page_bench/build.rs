//! A build of the widget: its files, and the pages and engines that it is measured with.

use std::path::{Path, PathBuf};

use ae_e2e::Shop;
use ae_e2e::emulator::Emulator;
use xtask::site::Served;
use xtask::size_budget::{self, Size};

/// A build that is being served.
pub(crate) struct Build {
    /// Its name in the table.
    pub(crate) name: String,
    /// Whether it runs without WebAssembly.
    pub(crate) is_compat: bool,
    /// The sizes of its files.
    pub(crate) weights: Vec<(String, Size)>,
    /// A page such as shops have, with compressed files.
    pub(crate) page: Served,
    /// The engine of that page.
    pub(crate) engine: Emulator,
    /// A page that plays thousands of renewals and mounts (`shop/leaks.js`).
    pub(crate) counting: Served,
    /// The engine of that page. Its tokens expire after five seconds.
    pub(crate) counting_engine: Emulator,
}

impl Build {
    /// Serves the build without WebAssembly in a folder.
    ///
    /// # Errors
    /// The same as those of [`Self::serve`].
    pub(crate) async fn serve_compat(name: String, folder: &Path) -> Result<Self, String> {
        let shop = Shop::new().with_attributes(r#"compat="always""#);
        let build = Self::serve_shop(name, folder, shop).await?;
        Ok(Self {
            is_compat: true,
            ..build
        })
    }

    /// Serves the build in a folder.
    ///
    /// # Errors
    /// If the folder is not a build, or a file of it cannot be read or compressed.
    pub(crate) async fn serve(name: String, folder: &Path) -> Result<Self, String> {
        Self::serve_shop(name, folder, Shop::new()).await
    }

    async fn serve_shop(name: String, folder: &Path, shop: Shop) -> Result<Self, String> {
        for file in ["ae-login.js", "ae-login.wasm"] {
            let file = folder.join(file);
            if !file.is_file() {
                return Err(format!(
                    "{} is missing; `cargo bundle` makes it in dist",
                    file.display()
                ));
            }
        }
        let engine = Emulator::start().await;
        let shop = shop
            .with_dist(folder.to_owned())
            .with_attributes(r#"country="IN""#);
        let page = shop.clone().compressed().serve(&engine.url()).await;
        let counting_engine = Emulator::start().await;
        counting_engine.configure(|settings| settings.set_lives(5));
        let counting = shop
            .with_attributes(r#"max-age="43200""#)
            .with_head(r#"<script src="/clock.js"></script><script src="/leaks.js"></script>"#)
            .serve(&counting_engine.url())
            .await;
        Ok(Self {
            name,
            is_compat: false,
            weights: weights(folder)?,
            page,
            engine,
            counting,
            counting_engine,
        })
    }
}

/// The sizes of the files in a folder that a page may load, by name. Folders in it are left out.
fn weights(folder: &Path) -> Result<Vec<(String, Size)>, String> {
    let fails = |file: &Path, why: &dyn std::fmt::Display| format!("{}: {why}", file.display());
    let entries = std::fs::read_dir(folder).map_err(|error| fails(folder, &error))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|file| file.is_file())
        .collect();
    files.sort_unstable();
    let mut weights = Vec::new();
    for file in files {
        let Some(name) = file.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        let is = |kinds: &[&str]| {
            let kind = file.extension().and_then(|kind| kind.to_str());
            kind.is_some_and(|kind| kinds.contains(&kind))
        };
        if is(&["js", "wasm", "txt"]) || size_budget::is_language(name) {
            let bytes = std::fs::read(&file).map_err(|error| fails(&file, &error))?;
            let weight = size_budget::measure(&bytes).map_err(|problem| fails(&file, &problem))?;
            weights.push((name.to_owned(), weight));
        }
    }
    Ok(weights)
}
