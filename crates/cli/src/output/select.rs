//! `--select`: rows with only the members that were asked for, in their places.

use super::pick::{Found, Picker};
use crate::failure::Outcome;

/// Cuts rows down.
#[derive(Debug)]
pub(crate) struct Select {
    picker: Picker,
    root: Vec<Branch>,
}

/// The result's shape: members in the order in which they were asked for.
#[derive(Debug)]
struct Branch {
    name: String,
    /// A path ends here.
    end: Option<usize>,
    members: Vec<Self>,
}

impl Select {
    pub(crate) fn new(paths: &[String]) -> Outcome<Self> {
        let picker = Picker::new(paths.iter().map(String::as_str))?;
        let mut root = Vec::new();
        for (i, path) in paths.iter().enumerate() {
            grow(&mut root, path, i);
        }
        Ok(Self { picker, root })
    }

    /// One row as compact JSON; a path without a value gives `null`.
    pub(crate) fn of(&self, row: &[u8]) -> Outcome<Vec<u8>> {
        let found = self.picker.pick(row)?;
        let mut out = Vec::with_capacity(256);
        put(&self.root, &found, &mut out);
        Ok(out)
    }
}

fn grow(branches: &mut Vec<Branch>, path: &str, end: usize) {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let at = branches.iter().position(|b| b.name == name).unwrap_or_else(|| {
        branches.push(Branch { name: name.into(), end: None, members: Vec::new() });
        branches.len() - 1
    });
    match rest {
        Some(rest) => grow(&mut branches[at].members, rest, end),
        None => branches[at].end = Some(end),
    }
}

fn put(branches: &[Branch], found: &[Found<'_>], out: &mut Vec<u8>) {
    let mut before = b'{';
    for branch in branches {
        out.push(before);
        before = b',';
        out.extend(serde_json::Value::from(branch.name.as_str()).to_string().into_bytes());
        out.push(b':');
        match branch.end.map(|end| &found[end]) {
            // Where both `a` and `a.b` are asked for, all of `a` holds both.
            Some(Found::One(raw)) => out.extend_from_slice(raw.get().as_bytes()),
            Some(Found::Many(raws)) => {
                let items: Vec<_> = raws.iter().map(|raw| raw.get()).collect();
                out.extend(format!("[{}]", items.join(",")).into_bytes());
            }
            Some(Found::Nothing) => out.extend_from_slice(b"null"),
            None => put(&branch.members, found, out),
        }
    }
    out.push(b'}');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_places() {
        let select = Select::new(&["id", "general.name", "general.x", "apps.name"].map(str::to_owned)).unwrap();
        let row = br#"{"apps":[{"name":"A"},{"name":"B"}],"general":{"y":1,"name":"N"},"id":"7"}"#;
        assert_eq!(
            String::from_utf8(select.of(row).unwrap()).unwrap(),
            r#"{"id":"7","general":{"name":"N","x":null},"apps":{"name":["A","B"]}}"#
        );
    }
}
