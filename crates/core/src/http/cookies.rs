//! Cookies, for those who ask for them: one server, one jar.
//!
//! A general cookie store brings a URL parser, international names and a public-suffix list to answer a question
//! that does not arise here: which of many sites may see a cookie. There is one site (decisions/http-pool.md).

use http::{HeaderMap, HeaderValue, header};
use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

/// A server may set no more than this many; the oldest go.
const MOST: usize = 50;

#[derive(Default)]
pub(super) struct Jar(Mutex<Vec<Cookie>>);

struct Cookie {
    name: String,
    value: String,
    path: String,
    expires: Option<SystemTime>,
}

impl Jar {
    /// Remembers what the server sets in its answer.
    pub(super) fn keep(&self, headers: &HeaderMap, now: SystemTime) {
        let mut jar = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for value in headers.get_all(header::SET_COOKIE) {
            let Some(cookie) = value.to_str().ok().and_then(|text| Cookie::parse(text, now)) else { continue };
            jar.retain(|c| c.name != cookie.name || c.path != cookie.path);
            if cookie.expires.is_none_or(|at| at > now) {
                jar.push(cookie);
            }
        }
        let surplus = jar.len().saturating_sub(MOST);
        jar.drain(..surplus);
    }

    /// The `Cookie` header for a path, if there is anything to send.
    pub(super) fn for_path(&self, path: &str, now: SystemTime) -> Option<HeaderValue> {
        let mut jar = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        jar.retain(|c| c.expires.is_none_or(|at| at > now));
        let path = path.split('?').next().unwrap_or("");
        let pairs: Vec<_> = jar.iter().filter(|c| c.covers(path)).map(|c| format!("{}={}", c.name, c.value)).collect();
        let mut value = HeaderValue::try_from(pairs.join("; ")).ok().filter(|v| !v.is_empty())?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl Cookie {
    fn parse(text: &str, now: SystemTime) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let (name, value) = parts.next()?.split_once('=')?;
        if name.is_empty() {
            return None;
        }
        let mut cookie = Self { name: name.into(), value: value.into(), path: "/".into(), expires: None };
        let mut max_age = None;
        for (key, value) in parts.filter_map(|p| p.split_once('=')) {
            if key.eq_ignore_ascii_case("path") && value.starts_with('/') {
                cookie.path = value.into();
            } else if key.eq_ignore_ascii_case("max-age") {
                let seconds = value.parse::<i64>().ok().map(|s| u64::try_from(s).unwrap_or(0));
                max_age = seconds.map(|s| now + Duration::from_secs(s.min(u64::from(u32::MAX))));
            } else if key.eq_ignore_ascii_case("expires") {
                cookie.expires = httpdate::parse_http_date(value).ok();
            }
        }
        cookie.expires = max_age.or(cookie.expires);
        Some(cookie)
    }

    fn covers(&self, path: &str) -> bool {
        path.strip_prefix(&self.path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || self.path.ends_with('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jar(set: &[&str], now: SystemTime) -> Jar {
        let mut headers = HeaderMap::new();
        for value in set {
            headers.append(header::SET_COOKIE, HeaderValue::try_from(*value).unwrap());
        }
        let jar = Jar::default();
        jar.keep(&headers, now);
        jar
    }

    #[test]
    fn cookies_come_back_where_and_while_they_should() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let jar =
            jar(&["APBALANCEID=n1; Path=/; HttpOnly", "s=1; Path=/api; Max-Age=60", "gone=1; Max-Age=0", "=x"], now);
        let sent = |path: &str, at| jar.for_path(path, at).map(|v| v.to_str().unwrap().to_owned());
        assert_eq!(sent("/api/v1?x=1", now).as_deref(), Some("APBALANCEID=n1; s=1"));
        assert_eq!(sent("/apix", now).as_deref(), Some("APBALANCEID=n1"));
        assert_eq!(sent("/api", now + Duration::from_secs(61)).as_deref(), Some("APBALANCEID=n1"));
    }
}
