//! How a catalog is stored: compact JSON, deflated.

use crate::Catalog;
use std::fmt;

/// Far above any catalog of ours; a bound, so that damaged data cannot ask for all memory.
const MOST: usize = 64 << 20;

/// Why data is not a catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackError(String);

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a catalog: {}", self.0)
    }
}

impl std::error::Error for PackError {}

/// The stored form of a catalog; the same catalog always gives the same bytes.
pub fn pack(catalog: &Catalog) -> Result<Vec<u8>, PackError> {
    let text = serde_json::to_vec(catalog).map_err(|e| PackError(e.to_string()))?;
    Ok(miniz_oxide::deflate::compress_to_vec(&text, 9))
}

/// Opens the stored form.
pub fn unpack(data: &[u8]) -> Result<Catalog, PackError> {
    let text = miniz_oxide::inflate::decompress_to_vec_with_limit(data, MOST).map_err(|e| PackError(e.to_string()))?;
    serde_json::from_slice(&text).map_err(|e| PackError(e.to_string()))
}
