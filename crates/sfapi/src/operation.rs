//! Operations as this crate writes them: a type each, its facts, its request, how its answer is read.
//!
//! Some thirty of them differ in nothing else, so the rest is said once.

use adjutant_core::{Auth, OpInfo, Request};
use http::Method;

/// Defines one operation: its type, unbound constructor and endings.
macro_rules! operation {
    (
        $(#[$doc:meta])*
        $name:ident { $($field:ident: $type:ty),* $(,)? } -> $output:ty,
        $info:ident: $label:literal $method:literal $path:literal $safety:ident $idempotent:literal;
        request |$this:ident| $request:expr;
        decode |$response:ident| $decode:expr;
    ) => {
        static $info: adjutant_core::OpInfo = adjutant_core::OpInfo {
            name: $label,
            method: $method,
            path: $path,
            safety: adjutant_core::Safety::$safety,
            idempotent: $idempotent,
            privileges: &[],
            deprecated: None,
        };

        $(#[$doc])*
        #[doc = ""]
        #[doc = concat!("`", $method, " ", $path, "`.")]
        #[derive(Clone, Debug)]
        #[must_use = "an operation does nothing until it is sent"]
        pub struct $name<B = adjutant_core::Unbound> {
            bound: B,
            $($field: $type,)*
        }

        impl $name {
            /// The operation, bound to no client.
            #[allow(clippy::new_without_default, reason = "an operation is built, not defaulted")]
            pub fn new($($field: $type),*) -> Self {
                Self::bound(adjutant_core::Unbound, $($field),*)
            }
        }

        impl<B> $name<B> {
            pub(crate) fn bound(bound: B, $($field: $type),*) -> Self {
                Self { bound, $($field,)* }
            }
        }

        impl<B: Send + Sync + 'static> adjutant_core::Operation for $name<B> {
            type Output = $output;

            fn info(&self) -> &'static adjutant_core::OpInfo {
                &$info
            }

            fn request(&self) -> adjutant_core::Result<adjutant_core::Request> {
                let $this = self;
                $request
            }

            fn decode(&self, $response: adjutant_core::Response) -> adjutant_core::Result<$output> {
                $decode
            }
        }

        adjutant_core::endings!($name);
    };
}

/// Gives a builder of a flow, with a method `flow(self) -> Flow<M, Output>`, its endings in both worlds.
macro_rules! flow_endings {
    ($name:ident -> $output:ident) => {
        impl $name<adjutant_core::Async> {
            /// Runs it; the future is `Send + 'static` and does nothing until awaited.
            pub fn send(
                self,
            ) -> adjutant_core::BoxFuture<'static, adjutant_core::Result<$output<adjutant_core::Async>>> {
                self.flow().send()
            }
        }

        impl std::future::IntoFuture for $name<adjutant_core::Async> {
            type Output = adjutant_core::Result<$output<adjutant_core::Async>>;
            type IntoFuture = adjutant_core::BoxFuture<'static, Self::Output>;

            fn into_future(self) -> Self::IntoFuture {
                self.send()
            }
        }

        impl $name<adjutant_core::Blocking> {
            /// Runs it and waits.
            ///
            /// # Errors
            /// See [`ErrorKind`](crate::ErrorKind).
            pub fn send(self) -> adjutant_core::Result<$output<adjutant_core::Blocking>> {
                self.flow().send()
            }
        }
    };
}

pub(crate) use {flow_endings, operation};

/// A read with the client's token.
pub(crate) fn get(info: &'static OpInfo, target: impl Into<String>) -> Request {
    Request::new(info, Method::GET, target)
}

/// A read of what everybody may see: no key is needed, and none is shown.
pub(crate) fn public(info: &'static OpInfo, target: impl Into<String>) -> Request {
    get(info, target).auth(Auth::None)
}

/// A request with a form, as this server takes its writes.
pub(crate) fn form<'a>(
    info: &'static OpInfo,
    method: Method,
    target: impl Into<String>,
    fields: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Request {
    let pairs: Vec<_> = fields.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    Request::new(info, method, target).body("application/x-www-form-urlencoded", adjutant_core::path::query(&pairs))
}
