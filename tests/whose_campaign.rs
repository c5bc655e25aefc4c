//! Whose campaign.toml it is: one that somebody else laid into the folder, or can change, is not read.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};

use support::Place;

/// Somebody else: the user of this number is nobody on every system.
const STRANGER: u32 = 65_534;

fn place() -> Place {
    let place = Place::new();
    place.write("campaign.toml", "name = \"C\"\n");
    set_permissions(place.path("campaign.toml"), Permissions::from_mode(0o644)).unwrap();
    place
}

fn preview(place: &Place) -> support::Ran {
    place.run("preview --name A --country Japan --config campaign.toml")
}

#[test]
fn a_file_that_others_can_write_is_not_read() {
    let place = place();
    preview(&place).done();
    set_permissions(place.path("campaign.toml"), Permissions::from_mode(0o646)).unwrap();
    preview(&place).refused(
        78,
        "this file is not read: others than you can write this file: run `chmod go-w` on it first",
    );
    place.run("preview --name A --country Japan").refused(78, "campaign.toml: this file is not read");
    set_permissions(place.path("campaign.toml"), Permissions::from_mode(0o600)).unwrap();
    set_permissions(place.path(""), Permissions::from_mode(0o777)).unwrap();
    preview(&place).refused(78, "others than you can write its folder");
    // Where only a file's owner can replace it, the folder may be everybody's.
    set_permissions(place.path(""), Permissions::from_mode(0o1777)).unwrap();
    preview(&place).done();
}

#[test]
fn another_users_file_is_not_read_by_whatever_way_it_is_reached() {
    let place = place();
    place.write("theirs.toml", "password_command = [\"sh\", \"-c\", \"touch ran\"]\n");
    if chown(place.path("theirs.toml"), Some(STRANGER), None).is_err() {
        return; // Only root can give a file away.
    }
    let read = |name: &str| place.run(&format!("preview --name A --country Japan --config {name}"));
    read("theirs.toml").refused(78, "it belongs to the user");
    symlink(place.path("theirs.toml"), place.path("link.toml")).unwrap();
    read("link.toml").refused(78, "it belongs to the user");
    std::fs::create_dir(place.path("folder")).unwrap();
    std::fs::copy(place.path("campaign.toml"), place.path("folder/campaign.toml")).unwrap();
    chown(place.path("folder"), Some(STRANGER), None).unwrap();
    read("folder/campaign.toml").refused(78, "its folder folder belongs to the user");
    assert!(!place.has("ran"));
    // A link of the user's own to a file of the user's own is no matter.
    symlink(place.path("campaign.toml"), place.path("own.toml")).unwrap();
    read("own.toml").done();
}
