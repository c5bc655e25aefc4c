//! What a look at one thing found: how it stands, and what to do about it.

use serde::Serialize;
use serde::ser::SerializeStruct as _;

use crate::exit::Exit;

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// What was looked at: one word, the same in every version.
    pub check: &'static str,
    /// How it stands.
    pub verdict: Verdict,
    /// What was found.
    pub message: String,
    /// What to do about it, where something is to be done.
    pub what_to_do: Option<String>,
}

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// In order.
    Good,
    /// To be known, and no hindrance.
    Note,
    /// A hindrance: sending would end so, or should not begin.
    Bad(Exit),
}

impl Verdict {
    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Verdict::Good => "good",
            Verdict::Note => "note",
            Verdict::Bad(_) => "bad",
        }
    }
}

impl Finding {
    /// Something that is in order.
    pub(crate) fn good(check: &'static str, message: impl Into<String>) -> Finding {
        Finding { check, verdict: Verdict::Good, message: message.into(), what_to_do: None }
    }

    /// Something to be known.
    pub(crate) fn note(
        check: &'static str,
        message: impl Into<String>,
        what_to_do: impl Into<String>,
    ) -> Finding {
        Finding {
            check,
            verdict: Verdict::Note,
            message: message.into(),
            what_to_do: Some(what_to_do.into()),
        }
    }

    /// A hindrance.
    pub(crate) fn bad(
        check: &'static str,
        exit: Exit,
        message: impl Into<String>,
        what_to_do: impl Into<String>,
    ) -> Finding {
        let what_to_do = Some(what_to_do.into());
        Finding { check, verdict: Verdict::Bad(exit), message: message.into(), what_to_do }
    }
}

/// How a process ends that found all this. What could not be looked at, since nobody answered, counts least.
pub(crate) fn exit(findings: &[Finding]) -> Exit {
    let bad = |finding: &Finding| match finding.verdict {
        Verdict::Bad(exit) => Some(exit),
        Verdict::Good | Verdict::Note => None,
    };
    let exits = || findings.iter().filter_map(bad);
    let known = exits().filter(|exit| *exit != Exit::Usage).fold(Exit::Done, Exit::or_worse);
    if known == Exit::Done { exits().next().unwrap_or(Exit::Done) } else { known }
}

impl Serialize for Finding {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Finding", 5)?;
        object.serialize_field("check", self.check)?;
        object.serialize_field("ok", &!matches!(self.verdict, Verdict::Bad(_)))?;
        object.serialize_field("verdict", self.verdict.word())?;
        object.serialize_field("message", &self.message)?;
        object.serialize_field("what_to_do", &self.what_to_do)?;
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use super::{Finding, exit};
    use crate::exit::Exit;

    #[test]
    fn notes_are_no_hindrance_and_of_two_hindrances_the_worse_counts() {
        let note = Finding::note("letter", "old", "read it");
        assert_eq!(exit(&[Finding::good("config", "fine"), note.clone()]), Exit::Done);
        let late = Finding::bad("window", Exit::TemporaryFailure, "late", "hurry");
        let refused = Finding::bad("log-in", Exit::NoPermission, "refused", "another password");
        assert_eq!(exit(&[late.clone(), note, refused]), Exit::NoPermission);
        let unasked = Finding::bad("log-in", Exit::Usage, "no password", "give one");
        assert_eq!(exit(&[unasked.clone(), late]), Exit::TemporaryFailure);
        assert_eq!(exit(&[unasked]), Exit::Usage);
    }

    #[test]
    fn as_json_each_finding_has_the_same_five_names() {
        let json = serde_json::to_value(Finding::good("config", "fine")).unwrap();
        let names: Vec<&String> = json.as_object().unwrap().keys().collect();
        assert_eq!(names, ["check", "message", "ok", "verdict", "what_to_do"]);
    }
}
