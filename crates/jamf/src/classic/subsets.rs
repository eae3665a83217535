//! Subsets: the parts of a Classic record that a request can ask for.

use adjutant_core::{Error, Result};

/// Every subset of a Classic computer, in the server's spelling.
pub const SUBSETS: &[&str] = &[
    "general",
    "location",
    "purchasing",
    "peripherals",
    "hardware",
    "certificates",
    "security",
    "software",
    "extensionattributes",
    "groupsaccounts",
    "configurationprofiles",
];

/// The names as they stand in a path (`general&hardware`); `None` for the whole record.
pub(super) fn path(asked: &[String]) -> Result<Option<String>> {
    let mut names = Vec::new();
    for name in asked {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        let known = SUBSETS.iter().find(|known| **known == plain).ok_or_else(|| {
            let close = crate::suggest::closest(name, SUBSETS);
            let close = close.map_or_else(String::new, |name| format!("did you mean {name}? "));
            let shown = adjutant_core::error::tame(name, 40);
            Error::usage(format!("{shown:?} is not a subset of a Classic computer"))
                .with_hint(format!("{close}there are {}", SUBSETS.join(", ")))
        })?;
        if !names.contains(known) {
            names.push(*known);
        }
    }
    Ok((!names.is_empty()).then(|| names.join("&")))
}

#[cfg(test)]
mod tests {
    #[test]
    fn checked_and_joined() {
        let path = |names: &[&str]| super::path(&names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>());
        assert_eq!(
            path(&["general", "Extension_Attributes", "general"]).unwrap().unwrap(),
            "general&extensionattributes"
        );
        assert_eq!(path(&[]).unwrap(), None);
        assert!(path(&["generel"]).unwrap_err().hint().unwrap().starts_with("did you mean general?"));
    }
}
