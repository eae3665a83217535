//! Where the codec (which knows no wire) and the core (which knows no schema) meet.

use adjutant_core::{
    Applied, Error, Result,
    pager::{Key, Page, Row},
    request::Response,
};
use adjutant_schema::{
    Record,
    json::{self, PageShape},
};
use bytes::Bytes;

/// A page of the Pro API whose rows are told apart by `id`.
const PAGE: PageShape = PageShape { total: "totalCount", rows: "results", key: "id" };

/// What the codec could not read, as an error of the call.
pub(crate) fn unreadable(error: adjutant_schema::Error) -> Error {
    Error::decode(error.to_string()).with_source(error)
}

/// Cuts a page of the Pro API into rows.
pub(crate) fn page(response: &Response) -> Result<Page> {
    let page = json::split_page(response.body(), &PAGE).map_err(unreadable)?;
    let row = |row: json::Row| Row { key: row.key().map(|key| Key::parse(&key)), bytes: row.json };
    Ok(Page { total: page.total, rows: page.rows.into_iter().map(row).collect() })
}

/// Cuts the Classic API's list of computers into rows.
pub(crate) fn classic_list(response: &Response) -> Result<Vec<Row>> {
    const LIST: PageShape = PageShape { total: "size", rows: "computers", key: "id" };
    let page = json::split_page(response.body(), &LIST).map_err(unreadable)?;
    let row = |row: json::Row| Row { key: row.key().map(|key| Key::parse(&key)), bytes: row.json };
    Ok(page.rows.into_iter().map(row).collect())
}

/// The Classic API's record without its envelope (`{"computer": …}`), compacted.
pub(crate) fn classic_row(id: u64, response: &Response) -> Result<Row> {
    let body = response.body();
    let text = json::compact(body).map_err(unreadable)?;
    let inner = text.strip_prefix(r#"{"computer":"#).and_then(|rest| rest.strip_suffix('}'));
    let inner = inner.filter(|inner| inner.starts_with('{') && json::validate(inner.as_bytes()).is_ok());
    let Some(inner) = inner else {
        return Err(Error::decode("the answer is not a computer of the Classic API"));
    };
    let bytes = match &text {
        std::borrow::Cow::Borrowed(_) => body.slice_ref(inner.as_bytes()),
        std::borrow::Cow::Owned(_) => Bytes::copy_from_slice(inner.as_bytes()),
    };
    Ok(Row { key: Some(Key::Number(id)), bytes })
}

/// Reads one record.
pub(crate) fn record<T: Record + Default>(body: &[u8]) -> Result<T> {
    json::decode(body).map_err(unreadable)
}

/// A record as a request's body, after checking that what the server requires is there.
pub(crate) fn body(record: &dyn Record) -> Result<Bytes> {
    let unsendable = |e: adjutant_schema::Error| Error::usage(format!("{}: {e}", record.desc().name)).with_source(e);
    json::encode_strict(record).map(Bytes::from).map_err(unsendable)
}

/// A record as an XML document. A character that XML cannot carry is refused with its field's path.
pub(crate) fn xml_body(record: &dyn Record) -> Result<String> {
    adjutant_schema::xml::encode(record)
        .map_err(|e| Error::usage(format!("{}: {e}", record.desc().name)).with_source(e))
}

/// The end of a write whose answer says nothing but "done". A page of HTML with status 200 is some gateway's, not
/// Jamf Pro's: then nobody knows whether it was done.
pub(crate) fn done(response: &Response) -> Result<()> {
    let start = response.body().iter().find(|b| !b.is_ascii_whitespace());
    let html = response.media_type() == "text/html"
        || (start == Some(&b'<') && response.media_type() != "text/xml" && !response.media_type().contains("xml"));
    if html {
        return Err(Error::decode("the answer is a web page, not Jamf Pro's: a gateway stands between")
            .with_applied(Applied::Maybe)
            .with_hint("look whether the change is there before repeating it"));
    }
    Ok(())
}
