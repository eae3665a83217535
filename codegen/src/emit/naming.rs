//! Names: the server's into Rust's.

/// Words of a name in any spelling: `lastIpAddress`, `NOT_COLLECTED`, `802.1X`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let chars: Vec<char> = name.chars().collect();
    let mut fresh = true;
    for (i, &c) in chars.iter().enumerate() {
        if !c.is_ascii_alphanumeric() {
            fresh = true;
            continue;
        }
        let before = i.checked_sub(1).map(|p| chars[p]);
        let after = chars.get(i + 1).copied();
        let starts = c.is_ascii_uppercase()
            && (before.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
                // The last capital of a run begins the next word: `IPAddress`.
                || (before.is_some_and(|b| b.is_ascii_uppercase()) && after.is_some_and(|a| a.is_ascii_lowercase())));
        if fresh || starts {
            words.push(String::new());
        }
        fresh = false;
        if let Some(word) = words.last_mut() {
            word.push(c.to_ascii_lowercase());
        }
    }
    words
}

/// `last_ip_address`; a keyword gets an underscore.
pub(super) fn snake(name: &str) -> String {
    let mut snake = words(name).join("_");
    if snake.is_empty() || snake.starts_with(|c: char| c.is_ascii_digit()) {
        snake.insert(0, '_');
    }
    let keywords = [
        "type", "match", "ref", "self", "use", "where", "move", "mod", "loop", "for", "in", "if", "else", "as", "box",
        "enum", "struct", "fn", "let", "static", "super", "trait", "true", "false", "crate", "const", "dyn", "impl",
        "async", "await", "gen", "final", "override", "priv", "try", "virtual", "macro", "abstract", "do", "become",
        "break", "continue", "extern", "mut", "pub", "return", "unsafe", "while", "yield", "typeof", "unsized",
        // The record's own field.
        "extra",
    ];
    if keywords.contains(&snake.as_str()) {
        snake.push('_');
    }
    snake
}

/// `LastIpAddress`.
pub(super) fn pascal(name: &str) -> String {
    let capital = |word: &String| word[..1].to_ascii_uppercase() + &word[1..];
    let pascal: String = words(name).iter().map(capital).collect();
    if pascal.is_empty() || pascal.starts_with(|c: char| c.is_ascii_digit()) { format!("N{pascal}") } else { pascal }
}

/// `LAST_IP_ADDRESS`.
pub(super) fn screaming(name: &str) -> String {
    words(name).join("_").to_ascii_uppercase()
}

/// Variant names for an enum's values, without two alike.
pub(super) fn variants(values: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for value in values {
        let base = match (value.as_str(), pascal(value)) {
            ("", _) => "Empty".to_owned(),
            // `Self` cannot be a variant; `Unlisted` is ours.
            (_, name) if name == "Self" || name == "Unlisted" => format!("{name}Value"),
            (_, name) => name,
        };
        let mut name = base.clone();
        let mut n = 2;
        while names.contains(&name) {
            name = format!("{base}{n}");
            n += 1;
        }
        names.push(name);
    }
    names
}

/// A schema's name and its version: `ComputerGeneralV4` is `ComputerGeneral`, 4; without a suffix there is none.
pub(super) fn family(name: &str) -> (&str, Option<u32>) {
    let base = name.trim_end_matches(|c: char| c.is_ascii_digit());
    match (base.strip_suffix('V'), name[base.len()..].parse()) {
        (Some(base), Ok(version)) => (base, Some(version)),
        _ => (name, None),
    }
}

/// Text for a doc comment: nothing in it may be taken for markup.
pub(super) fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'"))
}
