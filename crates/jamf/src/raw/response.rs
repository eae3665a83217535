//! Answers, decoded on demand.

use crate::wire;
use adjutant_core::{Error, Result, request::Response};
use adjutant_schema::Record;

/// Reads a raw answer as what it is expected to be. The answer itself stays as it came.
pub trait ResponseExt {
    /// The body as a typed record. What the record does not know is kept in its `extra`.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) if the body is not a JSON object.
    fn json<T: Record + Default>(&self) -> Result<T>;

    /// The body as any JSON value.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) if the body is not JSON.
    fn value(&self) -> Result<serde_json::Value>;
}

impl ResponseExt for Response {
    fn json<T: Record + Default>(&self) -> Result<T> {
        wire::record(self.body()).map_err(|e| e.with_status(self.status()))
    }

    fn value(&self) -> Result<serde_json::Value> {
        // The codec's reader names what is wrong and where; serde_json then cannot fail.
        adjutant_schema::json::validate(self.body()).map_err(|e| wire::unreadable(e).with_status(self.status()))?;
        serde_json::from_slice(self.body())
            .map_err(|e| Error::decode(e.to_string()).with_status(self.status()).with_source(e))
    }
}
