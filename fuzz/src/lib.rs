//! Fuzz targets for the parsers: see tests/parsers.rs, run by scripts/fuzz.
