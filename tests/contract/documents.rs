//! Reads the documents of the project: the Markdown files, their code blocks, headings and links.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the project.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Reads a file of the project.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect(path)
}

/// If a file has another content than the given one, writes the fresh content elsewhere and returns the command that accepts it.
pub(crate) fn command_to_update(path: &str, content: &str) -> Option<String> {
    if fs::read_to_string(root().join(path)).ok().as_deref() == Some(content) {
        return None;
    }
    let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join(path.replace('/', "-"));
    fs::write(&fresh, content).expect("a folder for fresh files");
    Some(format!("cp {} {path}", fresh.display()))
}

/// Whether a file's name ends in a full stop and these letters.
pub(crate) fn has_ending(path: &str, ending: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|found| found == ending)
}

/// Every file of the project below its folder, as paths with slashes. What is built or downloaded does not count.
pub(crate) fn files() -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    collect(root(), &mut files);
    files
}

fn collect(folder: &Path, files: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_built = ["target", "dist", "node_modules", ".git", ".tools"].contains(&&*name);
        if is_built {
            continue;
        }
        if path.is_dir() {
            collect(&path, files);
        } else {
            let relative = path.strip_prefix(root()).expect("below the root");
            files.insert(relative.to_string_lossy().replace('\\', "/"));
        }
    }
}

/// The commands of the project: the names of cargo's aliases.
pub(crate) fn cargo_aliases() -> Vec<String> {
    let config = read(".cargo/config.toml");
    let (_, aliases) = config.split_once("[alias]\n").expect("aliases");
    let (aliases, _) = aliases.split_once("\n\n").unwrap_or((aliases, ""));
    let names = aliases.lines().filter_map(|line| line.split_once(" = "));
    names.map(|(name, _)| name.to_owned()).collect()
}

/// A Markdown file.
pub(crate) struct Document {
    /// Below the folder of the project, with slashes.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A code block of a document.
pub(crate) struct CodeBlock {
    /// The number of its first line in the file.
    pub(crate) line: usize,
    /// The words behind the opening fence.
    pub(crate) language: String,
    pub(crate) code: String,
}

/// Every Markdown file of the project.
pub(crate) fn documents() -> Vec<Document> {
    let paths = files().into_iter().filter(|path| has_ending(path, "md"));
    paths
        .map(|path| Document {
            text: read(&path),
            path,
        })
        .collect()
}

impl Document {
    /// The folder of the file.
    pub(crate) fn folder(&self) -> PathBuf {
        let path = root().join(&self.path);
        path.parent().expect("a folder").to_owned()
    }

    /// The lines outside of code blocks, with their numbers.
    pub(crate) fn prose(&self) -> Vec<(usize, &str)> {
        let mut is_code = false;
        let lines = self.text.lines().enumerate().filter(|(_, line)| {
            let is_fence = line.trim_start().starts_with("```");
            is_code ^= is_fence;
            !is_code && !is_fence
        });
        lines.map(|(at, line)| (at + 1, line)).collect()
    }

    /// The code blocks.
    pub(crate) fn code_blocks(&self) -> Vec<CodeBlock> {
        let mut blocks: Vec<CodeBlock> = Vec::new();
        let mut is_open = false;
        for (at, line) in self.text.lines().enumerate() {
            if let Some(language) = line.trim_start().strip_prefix("```") {
                is_open = !is_open;
                if is_open {
                    blocks.push(CodeBlock {
                        line: at + 2,
                        language: language.to_owned(),
                        code: String::new(),
                    });
                }
            } else if let Some(block) = blocks.last_mut().filter(|_| is_open) {
                block.code.push_str(line);
                block.code.push('\n');
            }
        }
        blocks
    }

    /// The texts in backticks outside of code blocks, with the numbers of their lines.
    pub(crate) fn code_spans(&self) -> Vec<(usize, &str)> {
        let lines = self.prose().into_iter();
        lines
            .flat_map(|(number, line)| {
                let spans = line.split('`').skip(1).step_by(2);
                spans.map(move |span| (number, span))
            })
            .collect()
    }

    /// The targets of links and pictures, `[text](target)`, with the numbers of their lines.
    pub(crate) fn links(&self) -> Vec<(usize, String)> {
        let mut links = Vec::new();
        for (number, line) in self.prose() {
            // Brackets in code spans are no links.
            let text = line.split('`').step_by(2).collect::<Vec<_>>().join("code");
            for rest in text.split("](").skip(1) {
                let target = rest.split_once(')').map_or(rest, |(target, _)| target);
                links.push((number, target.to_owned()));
            }
        }
        links
    }

    /// The anchors of the headings, as forges and mdBook make them.
    pub(crate) fn anchors(&self) -> BTreeSet<String> {
        let lines = self.prose().into_iter();
        lines
            .filter(|(_, line)| line.starts_with('#'))
            .filter_map(|(_, line)| line.trim_start_matches('#').strip_prefix(' '))
            .map(|heading| anchor(heading.trim()))
            .collect()
    }
}

/// Makes an anchor of a heading: lower case, spaces as hyphens, no punctuation.
pub(crate) fn anchor(heading: &str) -> String {
    let letters = heading.chars().filter_map(|letter| match letter {
        ' ' => Some('-'),
        '-' | '_' => Some(letter),
        _ if letter.is_alphanumeric() => Some(letter),
        _ => None,
    });
    letters.collect::<String>().to_lowercase()
}

#[test]
fn anchors_are_made_as_forges_make_them() {
    assert_eq!(anchor("What is stored"), "what-is-stored");
    assert_eq!(anchor("`fetch()` and wait"), "fetch-and-wait");
}

#[test]
fn code_blocks_and_prose_are_told_apart() {
    let document = Document {
        path: "x.md".to_owned(),
        text: "# A `b`\n\n```js\n[a](b)\n```\n\n[c](d.md#e) and `[f](g)`\n".to_owned(),
    };
    let blocks = document.code_blocks();
    assert_eq!(blocks.len(), 1);
    assert_eq!((blocks[0].line, &*blocks[0].language), (4, "js"));
    assert_eq!(blocks[0].code, "[a](b)\n");
    assert_eq!(document.links(), [(7, "d.md#e".to_owned())]);
    assert_eq!(document.code_spans(), [(1, "b"), (7, "[f](g)")]);
    assert_eq!(document.anchors(), BTreeSet::from(["a-b".to_owned()]));
}
