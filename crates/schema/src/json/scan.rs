//! Bytes to tokens: positions in, positions out, no state.
//!
//! Strict RFC 8259 over text that was checked to be UTF-8 before. Strings dominate fleet data and are short, so their scan
//! looks at eight bytes at a time; passing over a value uses no recursion and no allocation. Nothing here tracks where
//! in the document it is: a fault carries its offset, and [`super::locate`] finds the path afterwards.

/// How deep a document may nest.
pub const DEPTH: u32 = 128;

/// What broke, and at which byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) at: usize,
    pub(crate) what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Value,
    Key,
    Colon,
    CommaOrEnd,
    Number,
    Escape,
    Control,
    Trailing,
    TooDeep,
}

impl What {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Value => "expected a JSON value",
            Self::Key => "expected a member name in quotes",
            Self::Colon => "expected ':'",
            Self::CommaOrEnd => "expected ',' or the closing bracket",
            Self::Number => "malformed number",
            Self::Escape => "malformed escape in a string",
            Self::Control => "control character in a string",
            Self::Trailing => "more text after the document's end",
            Self::TooDeep => "nested deeper than 128 levels",
        }
    }
}

/// A string's place: between its quotes, and whether it has escapes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) escaped: bool,
}

/// Is told of each run of whitespace between tokens.
pub(crate) trait Gaps {
    fn gap(&mut self, src: &[u8], from: usize, to: usize);
}

/// Does not care.
pub(crate) struct Skip;

impl Gaps for Skip {
    #[inline]
    fn gap(&mut self, _: &[u8], _: usize, _: usize) {}
}

/// Copies what is between the gaps, from the first gap on: compact text costs nothing.
#[derive(Debug)]
pub(crate) struct Compactor {
    /// What has been copied; empty if there was no gap yet.
    pub(crate) out: Vec<u8>,
    /// Where in the source the next piece to be copied begins.
    pub(crate) mark: usize,
}

impl Compactor {
    pub(crate) fn new(start: usize) -> Self {
        Self { out: Vec::new(), mark: start }
    }

    /// Where the byte `at` of the source stands, or will stand, in the compact text.
    pub(crate) fn place(&self, at: usize) -> usize {
        self.out.len() + (at - self.mark)
    }
}

impl Gaps for Compactor {
    #[inline]
    fn gap(&mut self, src: &[u8], from: usize, to: usize) {
        self.out.extend_from_slice(&src[self.mark..from]);
        self.mark = to;
    }
}

pub(crate) type Step<T = ()> = std::result::Result<T, Fault>;

#[inline(always)]
pub(crate) fn peek(src: &[u8], pos: usize) -> u8 {
    src.get(pos).copied().unwrap_or(0)
}

#[inline(always)]
pub(crate) fn space<G: Gaps>(src: &[u8], pos: usize, gaps: &mut G) -> usize {
    if peek(src, pos) > b' ' { pos } else { spaces(src, pos, gaps) }
}

fn spaces<G: Gaps>(src: &[u8], from: usize, gaps: &mut G) -> usize {
    let mut to = from;
    while matches!(peek(src, to), b' ' | b'\n' | b'\r' | b'\t') {
        to += 1;
    }
    if to > from {
        gaps.gap(src, from, to);
    }
    to
}

/// A member's name, its colon, and the way to its value.
#[inline(always)]
pub(crate) fn key<G: Gaps>(src: &[u8], pos: usize, gaps: &mut G) -> Step<(usize, Span)> {
    if peek(src, pos) != b'"' {
        return Err(Fault { at: pos, what: What::Key });
    }
    let span = string(src, pos)?;
    let mut pos = space(src, span.end + 1, gaps);
    if peek(src, pos) != b':' {
        return Err(Fault { at: pos, what: What::Colon });
    }
    pos = space(src, pos + 1, gaps);
    Ok((pos, span))
}

/// The string whose opening quote is at `open`.
#[inline(always)]
pub(crate) fn string(src: &[u8], open: usize) -> Step<Span> {
    let start = open + 1;
    let mut pos = start;
    let mut escaped = false;
    loop {
        pos = ordinary(src, pos);
        match src.get(pos) {
            Some(b'"') => return Ok(Span { start, end: pos, escaped }),
            Some(b'\\') => {
                escaped = true;
                pos = escape(src, pos)?;
            }
            Some(_) => return Err(Fault { at: pos, what: What::Control }),
            None => return Err(Fault { at: pos, what: What::Value }),
        }
    }
}

/// The first byte from `pos` on that is a quote, a backslash or a control character.
#[inline(always)]
fn ordinary(src: &[u8], mut pos: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    while let Some(word) = src.get(pos..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*word);
        let quote = word ^ (ONES * 0x22);
        let slash = word ^ (ONES * 0x5c);
        // A byte's high bit is set where it is zero (quote, slash) or below 0x20; exact for the lowest one found.
        let found = (quote.wrapping_sub(ONES) & !quote)
            | (slash.wrapping_sub(ONES) & !slash)
            | (word.wrapping_sub(ONES * 0x20) & !word);
        let found = found & HIGH;
        if found != 0 {
            return pos + (found.trailing_zeros() / 8) as usize;
        }
        pos += 8;
    }
    while src.get(pos).is_some_and(|&b| b != b'"' && b != b'\\' && b >= 0x20) {
        pos += 1;
    }
    pos
}

/// Checks the escape at `pos` and returns what follows it.
#[cold]
fn escape(src: &[u8], pos: usize) -> Step<usize> {
    match peek(src, pos + 1) {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(pos + 2),
        b'u' => {
            for at in pos + 2..pos + 6 {
                if !peek(src, at).is_ascii_hexdigit() {
                    return Err(Fault { at, what: What::Escape });
                }
            }
            Ok(pos + 6)
        }
        _ => Err(Fault { at: pos + 1, what: What::Escape }),
    }
}

#[inline]
pub(crate) fn number(src: &[u8], start: usize) -> Step<usize> {
    let mut pos = start + usize::from(peek(src, start) == b'-');
    match peek(src, pos) {
        b'0' => pos += 1,
        b'1'..=b'9' => pos = digits(src, pos)?,
        _ => return Err(Fault { at: pos, what: What::Number }),
    }
    if peek(src, pos) == b'.' {
        pos = digits(src, pos + 1)?;
    }
    if matches!(peek(src, pos), b'e' | b'E') {
        pos += 1;
        pos += usize::from(matches!(peek(src, pos), b'+' | b'-'));
        pos = digits(src, pos)?;
    }
    Ok(pos)
}

fn digits(src: &[u8], start: usize) -> Step<usize> {
    let mut pos = start;
    while peek(src, pos).is_ascii_digit() {
        pos += 1;
    }
    if pos == start { Err(Fault { at: pos, what: What::Number }) } else { Ok(pos) }
}

#[inline]
pub(crate) fn literal(src: &[u8], pos: usize, word: &'static str) -> Step<usize> {
    let end = pos + word.len();
    if src.get(pos..end) == Some(word.as_bytes()) {
        return Ok(end);
    }
    let same = word.bytes().enumerate().take_while(|(i, b)| peek(src, pos + i) == *b).count();
    Err(Fault { at: pos + same, what: What::Value })
}

/// Passes over one value, checking it; `depth` containers have been entered before.
pub(crate) fn value<G: Gaps>(src: &[u8], start: usize, depth: u32, gaps: &mut G) -> Step<usize> {
    let mut pos = start;
    let room = DEPTH.saturating_sub(depth);
    let mut level = 0;
    // One bit a level: whether it is an object.
    let mut objects = 0_u128;
    loop {
        match peek(src, pos) {
            b'"' => pos = string(src, pos)?.end + 1,
            open @ (b'{' | b'[') => {
                if level == room {
                    return Err(Fault { at: pos, what: What::TooDeep });
                }
                let object = open == b'{';
                pos = space(src, pos + 1, gaps);
                if peek(src, pos) == if object { b'}' } else { b']' } {
                    pos += 1;
                } else {
                    level += 1;
                    objects = objects << 1 | u128::from(object);
                    if object {
                        (pos, _) = key(src, pos, gaps)?;
                    }
                    continue;
                }
            }
            b'-' | b'0'..=b'9' => pos = number(src, pos)?,
            b't' => pos = literal(src, pos, "true")?,
            b'f' => pos = literal(src, pos, "false")?,
            b'n' => pos = literal(src, pos, "null")?,
            _ => return Err(Fault { at: pos, what: What::Value }),
        }
        // After a value: on to the next one, closing what closes here.
        loop {
            if level == 0 {
                return Ok(pos);
            }
            let object = objects & 1 == 1;
            pos = space(src, pos, gaps);
            match peek(src, pos) {
                b',' => {
                    pos = space(src, pos + 1, gaps);
                    if object {
                        (pos, _) = key(src, pos, gaps)?;
                    }
                    break;
                }
                b'}' if object => {}
                b']' if !object => {}
                _ => return Err(Fault { at: pos, what: What::CommaOrEnd }),
            }
            pos += 1;
            level -= 1;
            objects >>= 1;
        }
    }
}

/// The text that an escaped string stands for.
pub(crate) fn unescape(raw: &str) -> Option<String> {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        let used;
        match rest.as_bytes().get(at + 1)? {
            b'u' => {
                let mut unit = hex(rest, at + 2)?;
                used = if (0xd800..0xdc00).contains(&unit) {
                    let low = rest.get(at + 6..at + 8).filter(|s| *s == "\\u").and_then(|_| hex(rest, at + 8))?;
                    let low = (0xdc00..0xe000).contains(&low).then(|| low - 0xdc00)?;
                    unit = 0x1_0000 + ((unit - 0xd800) << 10) + low;
                    12
                } else {
                    6
                };
                text.push(char::from_u32(unit)?);
            }
            plain => {
                text.push(match plain {
                    b'b' => '\u{8}',
                    b'f' => '\u{c}',
                    b'n' => '\n',
                    b'r' => '\r',
                    b't' => '\t',
                    other => char::from(*other),
                });
                used = 2;
            }
        }
        rest = &rest[at + used..];
    }
    text.push_str(rest);
    Some(text)
}

fn hex(text: &str, at: usize) -> Option<u32> {
    u32::from_str_radix(text.get(at..at + 4)?, 16).ok()
}
