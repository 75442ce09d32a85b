//! The modules of the core (`src/login`) do not use each other in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// A module by its path below `login`; the root is empty.
type Module = Vec<String>;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/login");

/// Reads the code of every module: without comments, and without unit tests, which stand at the end of a file.
fn modules() -> BTreeMap<Module, String> {
    let mut all = BTreeMap::new();
    read_folder(Path::new(ROOT), &Vec::new(), &mut all);
    all
}

fn read_folder(folder: &Path, parent: &Module, all: &mut BTreeMap<Module, String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().and_then(|name| name.to_str());
        let name = name.expect("a name");
        let mut module = parent.clone();
        if name != "mod" {
            module.push(name.to_owned());
        }
        if path.is_dir() {
            read_folder(&path, &module, all);
        } else {
            let text = fs::read_to_string(&path).expect("a file");
            let end = text.find("#[cfg(test)]").unwrap_or(text.len());
            let end = text.find("#[cfg(all(test").unwrap_or(end).min(end);
            let code = text[..end].lines();
            let code = code.filter(|line| !line.trim_start().starts_with("//"));
            all.insert(module, code.collect::<Vec<_>>().join("\n"));
        }
    }
}

/// The paths that a module names: those of its `use` lines, with braces expanded, and those in its code that begin with
/// `super::` or `crate::login::`.
fn paths(code: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for statement in code.split(';') {
        let statement = statement.trim();
        let tree = ["pub use ", "use "].iter().find_map(|start| {
            let at = statement.find(start)?;
            let is_start = at == 0 || statement[..at].ends_with('\n');
            is_start.then(|| (at, &statement[at + start.len()..]))
        });
        let other = match tree {
            Some((at, tree)) => {
                expand(tree, &mut paths);
                &statement[..at]
            }
            None => statement,
        };
        let words = other.split(|c: char| !(c.is_alphanumeric() || "_:".contains(c)));
        let inline =
            words.filter(|word| word.starts_with("super::") || word.starts_with("crate::"));
        paths.extend(inline.map(str::to_owned));
    }
    paths
}

/// Expands `a::{b, c::{d, e}}` to `a::b`, `a::c::d` and `a::c::e`.
fn expand(tree: &str, paths: &mut Vec<String>) {
    let Some((start, rest)) = tree.split_once('{') else {
        return paths.push(tree.trim().to_owned());
    };
    let end = rest.rfind('}').expect("a closing brace");
    let (mut depth, mut item) = (0, String::new());
    let mut items = Vec::new();
    for c in rest[..end].chars() {
        match c {
            ',' if depth == 0 => items.push(std::mem::take(&mut item)),
            '{' => {
                depth += 1;
                item.push(c);
            }
            '}' => {
                depth -= 1;
                item.push(c);
            }
            c => item.push(c),
        }
    }
    items.push(item);
    for item in items.iter().filter(|item| !item.trim().is_empty()) {
        expand(&[start.trim(), item.trim()].concat(), paths);
    }
}

/// The module that a path leads to; `None` outside the core.
fn resolve(path: &str, from: &Module, known: &BTreeSet<Module>) -> Option<Module> {
    let path = path.split(" as ").next().unwrap_or(path);
    let mut steps = path.split("::").map(str::trim).peekable();
    let mut module = from.clone();
    match steps.peek().copied()? {
        "crate" => {
            steps.next();
            steps.next_if_eq(&"login")?;
            module.clear();
        }
        "super" => {
            while steps.next_if_eq(&"super").is_some() {
                module.pop();
            }
        }
        "self" => {
            steps.next();
        }
        child => {
            let mut child_module = module.clone();
            child_module.push(child.to_owned());
            if !known.contains(&child_module) {
                return None;
            }
        }
    }
    for step in steps {
        let mut next = module.clone();
        next.push(step.to_owned());
        if !known.contains(&next) {
            break;
        }
        module = next;
    }
    Some(module)
}

type Graph = BTreeMap<Module, BTreeSet<Module>>;

fn graph(modules: &BTreeMap<Module, String>) -> Graph {
    let known = modules.keys().cloned().collect::<BTreeSet<_>>();
    let edges = |(module, code): (&Module, &String)| {
        let paths = paths(code);
        let targets = paths
            .iter()
            .filter_map(|path| resolve(path, module, &known));
        let targets = targets.filter(|target| target != module).collect();
        (module.clone(), targets)
    };
    modules.iter().map(edges).collect()
}

/// Removes modules that use only removed ones until none is left. What remains is in a circle, or uses one.
fn in_circles(graph: &Graph) -> Vec<String> {
    let mut left = graph.clone();
    while let Some(leaf) = left
        .iter()
        .find(|(_, uses)| uses.iter().all(|used| !left.contains_key(used)))
        .map(|(module, _)| module.clone())
    {
        left.remove(&leaf);
    }
    let names = left.iter().map(|(module, uses)| {
        let uses = uses.iter().filter(|used| left.contains_key(*used));
        let uses = uses.map(|used| used.join("::")).collect::<Vec<_>>();
        format!("{} uses {}", module.join("::"), uses.join(", "))
    });
    names.collect()
}

#[test]
fn modules_of_the_core_form_no_circle() {
    let graph = graph(&modules());
    assert_eq!(in_circles(&graph), Vec::<String>::new());
}

#[test]
fn messages_are_used_by_session_and_flow_and_use_neither() {
    let graph = graph(&modules());
    let message = vec!["message".to_owned()];
    for user in [&["session"][..], &["flow"], &["flow", "form"]] {
        let user = user.iter().map(ToString::to_string).collect::<Module>();
        assert!(graph[&user].contains(&message), "{user:?}");
        assert!(!graph[&message].contains(&user), "{user:?}");
    }
}

#[test]
fn circle_of_modules_is_found() {
    let module = |name: &str| vec![name.to_owned()];
    let code = [
        ("a", "use super::b::{B, C};"),
        ("b", "pub use super::c;\nfn f() { super::d::f(); }"),
        ("c", "use crate::login::{a::A, d};"),
        ("d", "use std::fmt;"),
    ];
    let modules = code.map(|(name, code)| (module(name), code.to_owned()));
    let circle = in_circles(&graph(&modules.into_iter().collect()));
    assert_eq!(circle, ["a uses b", "b uses c", "c uses a"]);
}
