//! Vendor documents into catalogs.

mod classic;
mod pro;
mod safety;
mod sensitive;

use crate::fixups;
use crate::tree::Tree;
use adjutant_catalogs::Catalog;
use std::path::Path;

/// A catalog's vendor documents and how to read them.
pub(crate) struct Source {
    /// Our name of the catalog, and of its data file.
    pub(crate) name: &'static str,
    /// The documents, in the order in which `read` takes them.
    files: &'static [&'static str],
    read: fn(&[Tree]) -> Result<Catalog, String>,
}

/// Every catalog that is made from vendor documents.
pub(crate) const SOURCES: &[Source] = &[
    Source {
        name: "jamf-pro",
        files: &["jamf-pro-11.30.1.json"],
        read: |documents| pro::catalog(&documents[0], "11.30.1"),
    },
    Source {
        name: "jamf-classic",
        files: &["jamf-classic-11.30.1.json", "jamf-classic-shapes.json"],
        read: |documents| classic::catalog(&documents[0], &documents[1], "11.30.1"),
    },
];

impl Source {
    /// Reads, repairs and imports the documents in `dir`.
    pub(crate) fn import(&self, dir: &Path) -> Result<Catalog, String> {
        let mut documents = self.documents(dir)?;
        fixups::apply(self.name, &mut documents)?;
        (self.read)(&documents)
    }

    /// The documents as the vendor wrote them.
    pub(crate) fn documents(&self, dir: &Path) -> Result<Vec<Tree>, String> {
        let read = |file: &&str| {
            let path = dir.join(file);
            let text = std::fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            Tree::parse(&text).map_err(|e| format!("{}: {e}", path.display()))
        };
        self.files.iter().map(read).collect()
    }
}

/// Sorts what the accessors search by bisection, and checks that names are unique.
fn finish(mut catalog: Catalog) -> Result<Catalog, String> {
    catalog.operations.sort_by(|a, b| (&a.path, a.verb).cmp(&(&b.path, b.verb)));
    catalog.schemas.sort_by(|a, b| a.name.cmp(&b.name));
    let mut ids: Vec<&str> = catalog.operations.iter().map(|o| o.id.as_str()).collect();
    ids.sort_unstable();
    if let Some(twice) = ids.windows(2).find(|w| w[0] == w[1]) {
        return Err(format!("two operations are called {}", twice[0]));
    }
    if let Some(twice) = catalog.schemas.windows(2).find(|w| w[0].name == w[1].name) {
        return Err(format!("two schemas are called {}", twice[0].name));
    }
    Ok(catalog)
}
