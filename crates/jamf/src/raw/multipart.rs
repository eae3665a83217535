//! Files in a request: `multipart/form-data`, small and exact.

use bytes::{Bytes, BytesMut};

/// The parts of a form.
#[derive(Clone, Debug, Default)]
pub(super) struct Form(Vec<Part>);

#[derive(Clone)]
struct Part {
    name: String,
    file: Option<(String, String)>,
    content: Bytes,
}

impl std::fmt::Debug for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} bytes)", self.name, self.content.len())
    }
}

impl Form {
    pub(super) fn file(&mut self, name: String, file_name: String, media_type: String, content: Bytes) {
        self.0.push(Part { name, file: Some((file_name, media_type)), content });
    }

    pub(super) fn text(&mut self, name: String, text: String) {
        self.0.push(Part { name, file: None, content: text.into() });
    }

    /// The media type with its boundary, and the body.
    pub(super) fn write(&self) -> (String, Bytes) {
        let boundary = self.boundary();
        let mut out = BytesMut::with_capacity(self.0.iter().map(|part| part.content.len() + 300).sum());
        for part in &self.0 {
            out.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
            out.extend_from_slice(part.head().as_bytes());
            out.extend_from_slice(&part.content);
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        (format!("multipart/form-data; boundary={boundary}"), out.freeze())
    }

    /// A line that occurs in none of the parts.
    fn boundary(&self) -> String {
        let absent = |candidate: &String| {
            self.0.iter().all(|part| !part.content.windows(candidate.len()).any(|w| w == candidate.as_bytes()))
        };
        (0u64..).map(|n| format!("adjutant-form-{n:020}")).find(absent).unwrap_or_default()
    }
}

impl Part {
    fn head(&self) -> String {
        let mut head = format!("Content-Disposition: form-data; name=\"{}\"", quoted(&self.name));
        if let Some((file_name, media_type)) = &self.file {
            head += &format!("; filename=\"{}\"\r\nContent-Type: {}", quoted(file_name), one_line(media_type));
        }
        head + "\r\n\r\n"
    }
}

/// As browsers write names: the three characters that would end them, escaped.
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

fn one_line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_as_it_goes_out() {
        let mut form = Form::default();
        form.text("a".into(), "1".into());
        form.file(
            "file".into(),
            "x\"\r\ny.pkg".into(),
            "application/octet-stream".into(),
            Bytes::from_static(b"\0\xff"),
        );
        let (media, body) = form.write();
        let boundary = media.strip_prefix("multipart/form-data; boundary=").unwrap();
        let expected = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--{boundary}\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"x%22%0D%0Ay.pkg\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        assert!(body.starts_with(expected.as_bytes()));
        assert!(body.ends_with(format!("\0\u{0}\r\n--{boundary}--\r\n").replace("\0\u{0}", "").as_bytes()));
    }

    #[test]
    fn the_boundary_is_in_none_of_the_parts() {
        let mut form = Form::default();
        form.text("a".into(), format!("adjutant-form-{:020}", 0));
        assert!(form.write().0.ends_with('1'));
    }
}
