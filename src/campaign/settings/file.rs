//! campaign.toml: a campaign's own words, read once.
//!
//! Keys are the options' names with `_`; paths are relative to the file; no key holds a secret. What its keys are,
//! each subject says for itself. Everything that is wrong is told with file, line and column.

use std::path::{Path, PathBuf};

use super::error::SettingsError;
use super::ledger::LedgerKeys;
use super::letter::LetterKeys;
use super::owner::{self, Trust};
use super::pace::PaceKeys;
use super::page::PageKeys;
use super::paper;
use super::post::PostKeys;
use super::relay::RelayKeys;
use super::sender::SenderKeys;
use super::signers::SignerKeys;
use crate::exit::Exit;
use crate::files;
use crate::keyed_toml::KeyedToml;
use crate::letter::paper::Stationery;
use crate::place::Place;

/// The name that is looked for where none is given.
const USUAL: &str = "campaign.toml";

/// What a campaign.toml says; nothing of what is not there.
#[derive(Clone, Debug, Default)]
pub(crate) struct CampaignFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Which letter, to whom.
    pub letter: LetterKeys,
    /// Whose letters.
    pub signers: SignerKeys,
    /// From whom.
    pub sender: SenderKeys,
    /// Through which relay.
    pub relay: RelayKeys,
    /// How fast, and when.
    pub pace: PaceKeys,
    /// What goes by post.
    pub post: PostKeys,
    /// On which paper.
    pub paper: Stationery,
    /// What the pages are called.
    pub page: PageKeys,
    /// Where it is recorded.
    pub ledger: LedgerKeys,
}

impl CampaignFile {
    /// The file at `given`, else the campaign.toml of this folder, if there is one; with everything that is wrong in it.
    pub(crate) fn find(given: Option<&Path>, errors: &mut Vec<SettingsError>) -> Option<CampaignFile> {
        let usual = Path::new(USUAL);
        let path = given.or_else(|| usual.is_file().then_some(usual))?;
        Some(CampaignFile::read(path, errors).unwrap_or_else(|error| {
            errors.push(error);
            CampaignFile { path: path.to_owned(), ..CampaignFile::default() }
        }))
    }

    fn read(path: &Path, errors: &mut Vec<SettingsError>) -> Result<CampaignFile, SettingsError> {
        let bytes = files::read(path).map_err(|error| SettingsError::new("config", Exit::NoInput, error))?;
        let refuse = |trust| match owner::objection(path, trust) {
            Some(why) => {
                let told = format!("{}: this file is not read: {why}", path.display());
                Err(SettingsError::new("config", Exit::Config, told))
            }
            None => Ok(()),
        };
        refuse(Trust::Campaign)?;
        let file = CampaignFile::parse(path, &bytes, errors)?;
        let runs_a_program =
            file.relay.password_command.is_some() || file.ledger.shared.password_command.is_some();
        if runs_a_program || file.relay.ca.is_some() {
            refuse(Trust::Programs)?;
        }
        Ok(file)
    }

    /// What `bytes`, the contents of the file at `path`, say; what is wrong with single keys goes to `errors`.
    ///
    /// # Errors
    /// Where it is no TOML at all.
    pub(crate) fn parse(
        path: &Path,
        bytes: &[u8],
        errors: &mut Vec<SettingsError>,
    ) -> Result<CampaignFile, SettingsError> {
        let name = path.display().to_string();
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let place = Place::of(&name, &before, before.len());
            let problem = "this byte is not UTF-8; save the file as UTF-8";
            SettingsError::at(place, "config", Exit::Config, problem)
        })?;
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let mut toml = KeyedToml::read(&name, text, 0..text.len())?.remarking(remark);
        let home = path.parent().unwrap_or(Path::new(""));
        let mut own = Vec::new();
        let file = CampaignFile {
            path: path.to_owned(),
            letter: LetterKeys::read(&mut toml, home),
            signers: SignerKeys::read(&mut toml, home),
            sender: SenderKeys::read(&mut toml),
            relay: RelayKeys::read(&mut toml, home, &mut own),
            pace: PaceKeys::read(&mut toml),
            post: PostKeys::read(&mut toml, home),
            paper: toml.table("paper", |paper| paper::stationery(paper, home)).unwrap_or_default(),
            page: toml.table("page", |page| PageKeys::read(page, home)).unwrap_or_default(),
            ledger: LedgerKeys::read(&mut toml, home, &mut own),
        };
        own.extend(toml.faults().into_iter().map(SettingsError::from));
        SettingsError::by_place(&mut own);
        errors.append(&mut own);
        Ok(file)
    }

    /// The folder that relative paths start from, and in which the ledger lies.
    pub(crate) fn folder(&self) -> &Path {
        files::folder_of(&self.path)
    }
}

/// Everything that is wrong with `bytes` as the contents of the campaign's file at `path`.
pub(crate) fn faults(path: &Path, bytes: &[u8]) -> Vec<SettingsError> {
    let mut errors = Vec::new();
    let read = CampaignFile::parse(path, bytes, &mut errors);
    errors.extend(read.err());
    errors
}

/// What is said of a key that the file does not have, but for "did you mean".
fn remark(key: &str) -> Option<&'static str> {
    let is_secret = ["password", "secret", "token"].iter().any(|word| key.contains(word));
    is_secret.then_some("no password belongs in this file; use password_command, or PROTEST_SMTP_PASSWORD")
}

#[cfg(test)]
mod tests {
    use super::CampaignFile;
    use crate::campaign::amount::Rate;
    use crate::exit::{Exit, ExitCode as _};
    use crate::letter::paper::{Envelope, Margins, Paper};
    use std::path::{Path, PathBuf};

    fn parse(text: &str) -> Result<CampaignFile, String> {
        let mut errors = Vec::new();
        let file = CampaignFile::parse(Path::new("dec2/campaign.toml"), text.as_bytes(), &mut errors);
        let file = file.map_err(|error| error.to_string())?;
        errors.first().map_or(Ok(file), |error| Err(error.to_string()))
    }

    #[track_caller]
    fn refused(text: &str, start: &str) {
        let error = parse(text).unwrap_err();
        assert!(error.starts_with(&format!("dec2/campaign.toml:{start}")), "{error}");
    }

    #[test]
    fn paths_are_relative_to_the_file() {
        let file =
            parse("signers = \"signers.csv\"\nletter = \"own.md\"\nrate = \"30/min\"\nsmtp = \"file:out\"\n");
        let file = file.unwrap();
        assert_eq!(file.signers.signers, Some(PathBuf::from("dec2/signers.csv")));
        assert_eq!(file.letter.letter.as_ref().unwrap().value, "dec2/own.md");
        assert_eq!(file.pace.rate, Some(Rate::per_minute(30.0)));
        assert_eq!(file.relay.smtp.as_ref().unwrap().directory(), Some(Path::new("dec2/out")));
        assert_eq!(file.folder(), Path::new("dec2"));
        let program = |command: &str| {
            let file = parse(&format!("password_command = [\"{command}\"]")).unwrap();
            file.relay.password_command.unwrap().remove(0)
        };
        assert_eq!(program("./token"), "dec2/./token");
        assert_eq!((program("pass"), program("/bin/pass")), ("pass".to_owned(), "/bin/pass".to_owned()));
    }

    #[test]
    fn the_letterhead_stands_in_a_table_of_its_own() {
        let paper = "[paper]\nsize = \"A4\"\nenvelope = \"swiss\"\nmargins = { left = 30 }\nlogo = \"logo.png\"\nposted_from = \"Germany\"\n";
        let paper = parse(paper).unwrap().paper;
        assert_eq!((paper.paper, paper.envelope), (Some(Paper::A4), Some(Envelope::Swiss)));
        assert_eq!(paper.margins, Margins { left: 30.0, ..Margins::default() });
        assert_eq!(paper.logo, Some(PathBuf::from("dec2/logo.png")));
        assert_eq!(paper.posted_from.map(crate::country::Territory::code), Some("DE"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place_and_what_was_meant() {
        refused("\nsinger = 1\n", "2:1: unknown key \"singer\"; did you mean \"signers\"?");
        refused("rate = \"fast\"", "1:8: rate: \"fast\" is no rate");
        refused("from = \"nobody\"", "1:8: from: \"nobody\" is not an e-mail address");
        refused("password = \"x\"", "1:1: \"password\": no password belongs in this file");
        refused("[window]\nday = \"12-02\"\nhours = \"9-5\"", "3:9: window.hours: ");
        refused("rate = 30", "1:8: rate: write it between quotation marks");
        refused("limit = -1", "1:9: limit: write a whole number");
        refused("[window]\nday = \"12-02\"", "1:1: window.hours is missing here");
        refused("connections = 0", "1:15: connections: write a whole number from 1 to 256");
        refused("id = \"../x\"", "1:6: id: ");
        refused("auth = \"oauth\"", "1:8: auth: \"oauth\": write \"password\"");
        refused("id = ", "1:");
        refused("[paper]\nsize = \"a3\"", "2:8: paper.size: \"a3\" is no paper known here");
        refused(
            "[paper]\nmargins = { left = 1 }",
            "2:20: paper.margins.left: write millimetres, from 5 to 60",
        );
        refused("[paper]\nenvelop = \"swiss\"", "2:1: unknown key \"envelop\"; did you mean");
        refused("smtp = \"http://x\"", "1:8: smtp: ");
        refused("bilingual = \"yes\"", "1:13: bilingual: write true or false");
        refused("id = \"a\"\n\nname = \"a\\u001bb\"", "3:8: name: it contains U+001B");
        assert!(!parse("smtp_password = \"hunter2\"").unwrap_err().contains("hunter2"));
    }

    #[test]
    fn a_password_in_the_relays_url_is_told_with_its_place_and_the_command_lines_code() {
        let mut errors = Vec::new();
        let text = "rate = 5\nsmtp = \"smtps://me:hunter2@smtp.example.org\"\n";
        CampaignFile::parse(Path::new("c.toml"), text.as_bytes(), &mut errors).unwrap();
        let told: Vec<_> = errors.iter().map(|error| (error.to_string(), error.exit())).collect();
        assert!(told[0].0.starts_with("c.toml:1:8: ") && told[0].1 == Exit::Config, "{told:?}");
        assert!(told[1].0.starts_with("c.toml:2:8: smtp: ") && told[1].1 == Exit::Usage, "{told:?}");
        assert!(!told[1].0.contains("hunter2"), "{told:?}");
    }
}
