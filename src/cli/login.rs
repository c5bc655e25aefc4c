//! `protest login`: keeps the mail account's password in the operating system's keyring.

use clap::Args;

use super::failure::{Failure, Outcome};
use super::session::Session;

#[derive(Args, Debug)]
#[command(
    after_help = "The password is asked for, or taken from PROTEST_SMTP_PASSWORD, tried at the mail server, and kept if it is\nright. Sending looks for one in PROTEST_SMTP_PASSWORD, password_command, the keyring, and asks last.\n\nExamples:\n  protest login --smtp smtps://you@example.org@smtp.example.org\n  protest login --forget"
)]
pub(super) struct Login {
    #[arg(
        long,
        value_name = "URL",
        help = "The mail server and the account there: smtps://USER@HOST or smtp+starttls://USER@HOST"
    )]
    smtp: Option<String>,
    /// The address that letters will come from [default: campaign.toml's, else the account]
    #[arg(long, value_name = "ADDRESS")]
    from: Option<String>,
    /// Take the password out of the keyring
    #[arg(long)]
    forget: bool,
}

/// Without a keyring: how to get one, and how to do without.
#[cfg(not(feature = "keyring"))]
pub(super) fn run(_options: &Login, _session: &Session) -> Outcome {
    Err(Failure::usage(
        "this protest was built without the keyring. Build it with `cargo install --path . --features keyring`; or let \
         password_command in campaign.toml name a program that prints the password, such as [\"pass\", \"show\", \
         \"mail/letters\"]",
    ))
}

#[cfg(feature = "keyring")]
pub(super) fn run(options: &Login, session: &Session) -> Outcome {
    use super::{keyring, password, route};
    use crate::campaign::settings::Given;
    use crate::campaign::settings::relay::Auth;
    use crate::campaign::settings::sender::SenderOptions;
    use crate::delivery::auth::{Credential, Secret};
    use crate::delivery::session::{Session as RelaySession, Watch};
    use crate::exit::Exit;
    use crate::relay::Relay;

    let (smtp, from) = (options.smtp.clone(), options.from.clone());
    let sender = SenderOptions { from, smtp, ..SenderOptions::default() };
    let settings = session.settings(&Given { sender, ..session.given() })?;
    let Relay::Smtp(relay) = settings.relay()?.clone() else {
        return Err(Failure::usage("this mail server wants no password"));
    };
    let user = relay.user.clone().ok_or_else(|| {
        Failure::usage(
            "whose password? Write the account into the URL: --smtp smtps://you@example.org@smtp.example.org",
        )
    })?;
    let unusable =
        |problem: String| Failure::new(Exit::Unavailable, format!("the keyring cannot be used: {problem}"));
    if options.forget {
        let was_there = keyring::forget(&user, &relay).map_err(unusable)?;
        let what = if was_there { "was taken out of" } else { "was not in" };
        session.terminal.say(&format!("The password of {user} at {relay} {what} the keyring."));
        return Ok(Exit::Done);
    }
    if settings.access.auth == Auth::Xoauth2 {
        return Err(Failure::usage(
            "OAuth2 tokens expire, so that there is no use in keeping one: let password_command print them",
        ));
    }
    let from = settings.sender.from();
    let from =
        from.ok_or_else(|| Failure::usage("from which address will letters come? Add --from ADDRESS"))?;
    let only_login = settings.access.auth == Auth::Login;
    let secret = password::ask(&user, &relay, session.terminal)?;
    let mut access = route::access(&relay, &from, &settings)?;
    access.credential =
        Some(Credential { user: user.clone(), secret: Secret::Password(secret.clone()), only_login });
    RelaySession::open(
        &relay,
        &access,
        Watch { give_up: &|| false, tell: &|text| session.terminal.notice(text) },
    )?
    .quit();
    keyring::keep(&user, &relay, &secret).map_err(unusable)?;
    session.terminal.say(&format!("{relay} lets {user} in. The password is kept in the keyring."));
    Ok(Exit::Done)
}
