//! Writes the tables and the picture of a run into the documents.

use xtask::paths;

const DOCUMENT: &str = "docs/speed.md";
const PICTURE: &str = "docs/speed.svg";
const BEGIN: &str = "<!-- measured by cargo speed -->\n";
const END: &str = "<!-- end of what cargo speed measured -->";

/// Replaces what an earlier run has written.
///
/// # Errors
/// If a file cannot be read or written, or the document has no place for the tables.
pub(crate) fn write(tables: &str, picture: &str) -> Result<(), String> {
    let path = paths::root().join(DOCUMENT);
    let old = std::fs::read_to_string(&path).map_err(|error| format!("{DOCUMENT}: {error}"))?;
    let new = with_tables(&old, tables);
    let new = new.ok_or_else(|| format!("{DOCUMENT} has no lines {BEGIN:?} and {END:?}"))?;
    std::fs::write(&path, new).map_err(|error| format!("{DOCUMENT}: {error}"))?;
    let path = paths::root().join(PICTURE);
    std::fs::write(&path, picture).map_err(|error| format!("{PICTURE}: {error}"))
}

/// The document with other tables; `None` if it has no place for them.
fn with_tables(document: &str, tables: &str) -> Option<String> {
    let (before, rest) = document.split_once(BEGIN)?;
    let (_, behind) = rest.split_once(END)?;
    Some(format!(
        "{before}{BEGIN}\n{}\n\n{END}{behind}",
        tables.trim()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_marks_is_replaced() {
        let document = format!("# Speed\n\n{BEGIN}\nold\n\n{END}\n\n## Notes\n");
        let new = with_tables(&document, "\nnew\n\n").expect("the marks");
        assert_eq!(new, document.replace("old", "new"));
        assert_eq!(with_tables(&new, "new"), Some(new.clone()));
    }

    #[test]
    fn document_without_marks_is_left_alone() {
        assert_eq!(with_tables("# Speed\n", "new"), None);
        assert_eq!(with_tables(BEGIN, "new"), None);
    }

    #[test]
    fn documentation_has_a_place_for_the_tables() {
        let document = std::fs::read_to_string(paths::root().join(DOCUMENT));
        let document = document.expect("docs/speed.md");
        assert!(with_tables(&document, "new").is_some());
    }
}
