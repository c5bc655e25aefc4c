//! Packs the fonts that are built in: the program is a quarter of a megabyte smaller, and they are unpacked when the first
//! text is set on paper.

#![allow(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]

use std::io::{self, Write as _};
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::ZlibEncoder;

const FACES: [(&str, &[u8]); 3] =
    [("regular", ttf_noto_sans::REGULAR), ("bold", ttf_noto_sans::BOLD), ("italic", ttf_noto_sans::ITALIC)];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let folder =
        std::env::var_os("OUT_DIR").map(PathBuf::from).ok_or_else(|| io::Error::other("no OUT_DIR"))?;
    for (name, face) in FACES {
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
        packed.write_all(face)?;
        std::fs::write(folder.join(name), packed.finish()?)?;
    }
    Ok(())
}
