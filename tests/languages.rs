//! Letters in the signer's language: which one is chosen, what must be said first, and how it looks in every form.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use mail_parser::MessageParser;
use support::{EMBASSIES, Place, Ran};

const LIST: &str = "\
name,country,email,lang,consent
Aiko Tanaka,Japan,a@example.org,ja,yes
Zoé Martin,France,z@example.org,,yes
김하나,Japan,k@example.org,ko-KR,yes
";

/// The line of the letter in which each language greets.
const JAPANESE: &str = "中華人民共和国国家主席　習近平閣下";
const ENGLISH: &str = "Dear President Xi Jinping,";

fn preview(more: &str) -> Ran {
    Place::new().run(&format!("preview --name {{Aiko Tanaka}} --country Japan {more}"))
}

#[test]
fn a_translation_is_written_where_it_is_asked_for_and_said_once_to_be_unreviewed() {
    let ran = preview("--lang ja");
    assert!(ran.done().stdout.contains(JAPANESE) && !ran.stdout.contains(ENGLISH));
    assert!(ran.stdout.contains("\n日本\nAiko Tanaka\n"), "{}", ran.stdout);
    assert_eq!(ran.stderr.matches("not been reviewed by a native speaker").count(), 1, "{}", ran.stderr);
    ran.refused(0, "`protest letters new my.md --lang ja`");
}

#[test]
fn without_being_asked_for_no_translation_is_written() {
    let place = Place::new();
    let mut command = place.command();
    command.env("LC_ALL", "ja_JP.UTF-8").args(["preview", "--name", "A", "--country", "Japan"]);
    let ran = Ran::of(&command.output().unwrap());
    assert!(ran.done().stdout.contains(ENGLISH) && !ran.stderr.contains("reviewed"));
}

/// Runs a command on a terminal of its own, with this locale and these answers typed.
#[cfg(target_os = "linux")]
fn on_a_terminal(place: &Place, locale: &str, arguments: &str, typed: &str) -> String {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let line = format!("{} {arguments}", env!("CARGO_BIN_EXE_protest"));
    let mut script = Command::new("script")
        .args(["--quiet", "--return", "--echo", "never", "--command", &line, "/dev/null"])
        .current_dir(place.path("."))
        .env("XDG_STATE_HOME", place.path("state"))
        .env_remove("LC_MESSAGES")
        .env("LC_ALL", locale)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    script.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    let output = script.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n")
}

#[test]
#[cfg(target_os = "linux")]
fn on_a_terminal_one_signer_is_offered_the_locales_letter() {
    const QUESTION: &str = "This letter is there in Japanese too, in a translation that no native speaker has reviewed \
                            yet. Write it in Japanese? [y/N]";
    let place = Place::new();
    let letter = "preview --name A --country Japan";
    let asked = |locale: &str, arguments: &str, typed: &str| on_a_terminal(&place, locale, arguments, typed);
    let yes = asked("ja_JP.UTF-8", letter, "y\n");
    assert!(yes.contains(QUESTION) && yes.contains(JAPANESE), "{yes}");
    let no = asked("ja_JP.UTF-8", letter, "\n");
    assert!(no.contains(QUESTION) && no.contains(ENGLISH), "{no}");
    // Chosen already, or nothing to choose.
    for (locale, arguments) in [
        ("ja_JP.UTF-8", "preview --name A --country Japan --lang en"),
        ("ja_JP.UTF-8", "preview --name A --country Japan --letter plain"),
        ("en_GB.UTF-8", letter),
        ("C.UTF-8", letter),
        ("fi_FI.UTF-8", letter),
    ] {
        let told = asked(locale, arguments, "");
        assert!(!told.contains("Write it in") && told.contains("Dear President"), "{told}");
    }
    place.write("signers.csv", "name,country\nA,Japan\n");
    let list = asked("ja_JP.UTF-8", "preview --signers signers.csv --all", "");
    assert!(!list.contains("Write it in") && list.contains(ENGLISH), "{list}");
}

#[test]
fn a_tag_means_the_nearest_letter_there_is() {
    for (tag, word) in
        [("ja-JP", JAPANESE), ("de_AT", "Nordkorea"), ("FR", "Corée du Nord"), ("en-GB", ENGLISH)]
    {
        assert!(preview(&format!("--lang {tag}")).done().stdout.contains(word), "{tag}");
    }
}

#[test]
fn a_language_that_is_not_there_is_an_error_that_names_those_that_are() {
    preview("--lang tlh")
        .refused(65, "the letter \"dec2\" is not there in \"tlh\"; it is there in en, ar, cs, de, ");
    preview("--lang ja --letter plain").refused(65, "\"plain\" is not there in \"ja\"; it is there in en");
    let place = Place::with_signers(&LIST.replace("ko-KR", "tlh"));
    place.run("preview --signers signers.csv --all").refused(65, "signers.csv:4:4: ");
    let ran =
        place.run("send --signers signers.csv --embassies e.csv --from c@example.org --smtp file:out --yes");
    ran.refused(65, "signers.csv:4:4: the letter \"dec2\" is not there in \"tlh\"");
}

#[test]
fn a_batch_says_that_it_may_use_what_nobody_has_reviewed() {
    let place = Place::with_signers(LIST);
    let send = "send --signers signers.csv --embassies e.csv --from c@example.org --smtp file:out --yes";
    let words = "Japanese (ja) in 1 letter, Korean (ko) in 1 letter";
    for more in ["", "--dry-run", "--rehearse me@example.org"] {
        let ran = place.run(&format!("{send} {more}"));
        ran.refused(2, words).refused(2, "then add --unreviewed");
        assert!(!place.has("out"));
    }
    place.run(&format!("{send} --unreviewed")).done();
    assert_eq!(std::fs::read_dir(place.path("out")).unwrap().count(), 3);

    let plan = "send --signers signers.csv --embassies e.csv --from c@example.org --smtp smtp://127.0.0.1:9 --dry-run";
    let ran = place.run(&format!("{plan} --unreviewed"));
    let said = format!("Translations that no native speaker has reviewed: {words}\n");
    assert!(ran.done().stdout.contains(&said), "{}", ran.stdout);
    place.write("c.toml", "unreviewed = true\n");
    place.run(&format!("{plan} --config c.toml")).done();
    // The letters of those who named no language are not translations.
    place.write("signers.csv", LIST.replace(",ja,", ",en,").replace(",ko-KR,", ",,"));
    assert!(!place.run(plan).done().stdout.contains("reviewed"));
    place.run(&format!("{plan} --lang ja")).refused(2, "Japanese (ja) in 2 letters");
}

#[test]
fn a_rehearsal_is_one_message_per_template_and_language() {
    let more = "B,Japan,b@example.org,ja-JP,yes\nC,France,c@example.org,en,yes\n";
    let place = Place::with_signers(&format!("{LIST}{more}"));
    let ran = place.run(
        "send --signers signers.csv --embassies e.csv --from c@example.org --smtp file:out --rehearse me@example.org \
         --unreviewed",
    );
    ran.done();
    assert_eq!(std::fs::read_dir(place.path("out")).unwrap().count(), 3);
}

#[test]
fn a_preview_of_many_says_once_of_each_translation_that_it_is_unreviewed() {
    let place = Place::with_signers(&format!("{LIST}B,Japan,b@example.org,ja,yes\n"));
    for command in ["preview --all", "write -o out --as txt"] {
        let ran = place.run(&format!("{command} --signers signers.csv --embassies e.csv"));
        let said = |tag: &str| ran.stderr.matches(&format!("This translation ({tag})")).count();
        assert_eq!((said("ja"), said("ko"), said("en")), (1, 1, 0), "{}", ran.stderr);
    }
}

#[test]
fn the_english_text_stands_under_a_translation_in_every_form() {
    let place = Place::new();
    let one = "--name {Aiko Tanaka} --country Japan --lang ja --bilingual --email a@example.org";
    let write = |ending: &str| {
        place.run(&format!("write {one} -o x.{ending}")).done();
        place.read(&format!("x.{ending}"))
    };
    let below = |text: &str, separator: &str| {
        let (above, under) = text.split_once(separator).unwrap_or_else(|| panic!("{separator:?}: {text}"));
        assert!(above.contains(JAPANESE) && !above.contains(ENGLISH), "{above}");
        assert!(under.contains(ENGLISH) && !under.contains(JAPANESE), "{under}");
    };
    let line = format!("\nAiko Tanaka\n\n{}\n\nDear", "-".repeat(72));
    below(&write("txt").replace(&line, "\nAiko Tanaka\n\n|\n\nDear"), "|");
    below(&write("md"), "\n\n***\n\n");
    below(&write("html"), "<hr>\n<section lang=\"en\" dir=\"ltr\">\n");
    let message = write("eml");
    let message = MessageParser::default().parse(message.as_bytes()).unwrap();
    below(
        &message.body_text(0).unwrap().replace("\r\n", "\n").replace(&line, "\nAiko Tanaka\n\n|\n\nDear"),
        "|",
    );
    // Both are signed, each in its language.
    let text = place.read("x.txt");
    assert!(text.contains("日本\nAiko Tanaka\n") && text.ends_with("Aiko Tanaka\nJapan\n"));
}

#[test]
fn under_an_english_letter_nothing_is_put() {
    assert_eq!(preview("--bilingual").done().stdout, preview("").stdout);
    let place = Place::with_signers(LIST);
    place.write("c.toml", "bilingual = true\n");
    let ran = place.run("preview --signers signers.csv --embassies e.csv --config c.toml --all");
    let letters: Vec<&str> = ran.done().stdout.split('\u{c}').collect();
    let has_english: Vec<bool> = letters.iter().map(|letter| letter.contains(&"-".repeat(72))).collect();
    assert_eq!(has_english, [true, false, true]);
}

#[test]
fn letters_of_ones_own_have_a_language_and_may_have_an_english_text_beside_them() {
    let place = Place::new();
    place.run("letters new my.ja.md --lang ja-JP").refused(0, "--letter \"my.ja.md\"");
    assert_eq!(place.read("my.ja.md"), place.run("letters show dec2 --lang ja").done().stdout);
    let one = "preview --name A --country Japan --letter my.ja.md";
    assert!(place.run(one).done().stdout.contains(JAPANESE));
    place
        .run(&format!("{one} --lang fr"))
        .refused(65, "\"my.ja.md\" is not there in \"fr\"; it is there in ja");
    place.run(&format!("{one} --bilingual")).refused(65, "name the two files ID.LANG.md and ID.en.md");
    place.run("letters new my.en.md").done();
    assert!(place.run(&format!("{one} --bilingual")).done().stdout.contains(ENGLISH));

    let folder = place.path("own");
    std::fs::create_dir(&folder).unwrap();
    place.write("own/dec2.ja.md", place.read("my.ja.md"));
    let list = place.run("letters --letters own");
    assert!(list.done().stdout.contains("dec2  ja") && list.stdout.contains("translation, unreviewed"));
    let own = "preview --name A --country Japan --letters own";
    place.run(own).refused(65, "the letter \"dec2\" is not there in \"en\"; it is there in ja");
    assert!(place.run(&format!("{own} --lang ja")).done().stdout.contains(JAPANESE));
    place.run(&format!("{own} --lang ja --bilingual")).refused(65, "is not there in \"en\"");
}

#[test]
fn every_translations_subject_and_text_arrive_as_they_were_written() {
    let place = Place::new();
    place.write("e.csv", EMBASSIES);
    let list = place.run("letters").stdout;
    let tags =
        list.lines().filter_map(|line| line.trim_start().strip_prefix("dec2")?.split_whitespace().next());
    for tag in tags {
        let one =
            format!("--name {{Zoé 花}} --country JP --embassies e.csv --lang {tag} --email z@example.org");
        let raw = place.run(&format!("preview --headers {one}"));
        assert!(raw.done().stdout.is_ascii() && raw.stdout.lines().all(|line| line.len() <= 76), "{tag}");
        let message = MessageParser::default().parse(raw.stdout.as_bytes()).unwrap();
        let shown = place.run(&format!("preview {one}")).stdout;
        let (head, text) = shown.split_once("\n\n").unwrap();
        let subject = head.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap();
        assert_eq!(message.subject(), Some(subject));
        assert_eq!(message.body_text(0).unwrap().replace("\r\n", "\n"), text);
    }
}

#[test]
fn a_japanese_letter_looks_like_this() {
    let place = Place::new();
    place.write("e.csv", EMBASSIES);
    let ran = place.run(
        "preview --name 田中愛子 --country 日本 --city 大阪 --lang ja --embassies e.csv --note {母は北の出身です。}",
    );
    insta::assert_snapshot!("japanese", ran.done().stdout);
}

#[test]
fn an_arabic_page_runs_from_right_to_left_and_lets_a_note_run_its_own_way() {
    let place = Place::new();
    place.write("e.csv", EMBASSIES);
    let arabic = "--country Japan --city Osaka --lang ar --date 2026-12-02 --embassies e.csv --bilingual";
    let one =
        format!("write --name {{Aiko Tanaka}} {arabic} --note {{My mother came from the north.}} -o x.html");
    place.run(&one).done();
    let page = place.read("x.html");
    let (head, body) = page.split_once("<body>").unwrap();
    assert!(head.contains("<html lang=\"ar\" dir=\"rtl\">"));
    insta::assert_snapshot!("arabic", body);
}

#[test]
fn a_language_may_be_called_by_its_name_and_a_countrys_code_is_asked_about() {
    for name in ["Japanese", "日本語", "jpn"] {
        assert!(preview(&format!("--lang {name}")).done().stdout.contains(JAPANESE), "{name}");
    }
    preview("--lang jp").refused(65, "is not there in \"jp\"; did you mean ja?");
    let place = Place::with_signers(
        "name,country,language,consent\nAda Example,Japan,English,yes\nBo Example,France,French,yes\nCy Example,France,-,yes\n",
    );
    let send = "send --signers signers.csv --embassies e.csv --from a@example.org --smtp smtp://127.0.0.1:1 --dry-run";
    let planned = place.run(&format!("{send} --unreviewed"));
    assert!(planned.done().stdout.contains("3 rows"), "{}", planned.stdout);
    place.write(
        "signers.csv",
        "name,country,lang,consent\nAda Example,Japan,jp,yes\nBo Example,Japan,deu,yes\n",
    );
    let faulty = place.run(&format!("{send} --unreviewed"));
    assert!(!faulty.refused(65, "signers.csv:2:3: ").stderr.contains("signers.csv:3"), "{}", faulty.stderr);
    assert!(faulty.stderr.contains("did you mean ja?"), "{}", faulty.stderr);
}
