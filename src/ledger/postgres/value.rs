//! Values of statements, each with the type that the server is told: so it need not be asked for it first.

use tokio_postgres::types::{ToSql, Type};

/// A value whose type is known here.
pub(super) trait Value: ToSql + Sync {
    fn kind(&self) -> Type;
    fn as_sql(&self) -> &(dyn ToSql + Sync);
}

impl<T: Kind + ToSql + Sync> Value for T {
    fn kind(&self) -> Type {
        T::KIND
    }

    fn as_sql(&self) -> &(dyn ToSql + Sync) {
        self
    }
}

/// The type of a column.
pub(super) trait Kind {
    const KIND: Type;
}

/// The type of an array of them.
pub(super) trait Element {
    const ARRAY: Type;
}

macro_rules! kinds {
    ($($rust:ty: $kind:ident, $array:ident;)+) => {
        $(impl Kind for $rust {
            const KIND: Type = Type::$kind;
        }
        impl Element for $rust {
            const ARRAY: Type = Type::$array;
        })+
    };
}

kinds! {
    bool: BOOL, BOOL_ARRAY;
    i32: INT4, INT4_ARRAY;
    i64: INT8, INT8_ARRAY;
    f64: FLOAT8, FLOAT8_ARRAY;
    str: TEXT, TEXT_ARRAY;
    String: TEXT, TEXT_ARRAY;
    [u8]: BYTEA, BYTEA_ARRAY;
}

impl<T: Kind + ?Sized> Kind for &T {
    const KIND: Type = T::KIND;
}

impl<T: Kind> Kind for Option<T> {
    const KIND: Type = T::KIND;
}

impl<T: Element> Kind for [T] {
    const KIND: Type = T::ARRAY;
}

impl<T: Element> Kind for Vec<T> {
    const KIND: Type = T::ARRAY;
}

impl<T: Element + ?Sized> Element for &T {
    const ARRAY: Type = T::ARRAY;
}

impl<T: Element> Element for Option<T> {
    const ARRAY: Type = T::ARRAY;
}

impl Element for Vec<u8> {
    const ARRAY: Type = Type::BYTEA_ARRAY;
}

/// As the client wants them.
pub(super) fn typed<'v>(values: &[&'v dyn Value]) -> Vec<(&'v (dyn ToSql + Sync), Type)> {
    values.iter().map(|value| (value.as_sql(), value.kind())).collect()
}

/// As the client wants them for a statement that is prepared.
pub(super) fn untyped<'v>(values: &[&'v dyn Value]) -> Vec<&'v (dyn ToSql + Sync)> {
    values.iter().map(|value| value.as_sql()).collect()
}
