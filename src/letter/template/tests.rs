//! Templates that are in order, and what is said of those that are not.

use super::{Field, Template, TemplateError};
use crate::letter::document::{Block, plain};

const HEAD: &str = "+++\nlanguage = \"en\"\nsubject = \"Stop\"\naddressee = \"President X\"\n+++\n";

fn template(text: &str) -> Result<Template, TemplateError> {
    Template::read("my.md", format!("{HEAD}{text}").as_bytes())
}

#[track_caller]
fn refused(text: &str) -> String {
    template(text).unwrap_err().to_string()
}

fn filled(text: &str, name: &str, note: &str) -> Vec<Block> {
    let template = template(text).unwrap();
    let (shape, values) = template
        .text(&|field| match field {
            Field::SignerName => name.to_owned(),
            Field::SignerNote => note.to_owned(),
            _ => String::new(),
        })
        .unwrap();
    shape.fill(&values)
}

#[test]
fn a_value_never_becomes_markup_or_a_template() {
    let nasty = "**x** <b>&amp; {{addressee}} [a](http://example.org) 1. # `";
    let blocks = filled("{{signer.name}} and **{{signer.name}}**\n", nasty, "");
    let Block::Paragraph(inlines) = &blocks[0] else { panic!("{blocks:?}") };
    assert_eq!(plain(inlines), format!("{nasty} and {nasty}"));
    assert_eq!(blocks.len(), 1);
}

fn greeting(head: &str, text: &str, addressee: &str) -> Result<String, TemplateError> {
    let template = Template::read("my.md", format!("+++\n{head}\n+++\n{text}").as_bytes())?;
    let value =
        |field: &Field| if *field == Field::Salutation { addressee.to_owned() } else { String::new() };
    let (shape, values) = template.text(&value)?;
    let Some(Block::Paragraph(inlines)) = shape.fill(&values).into_iter().next() else { panic!("{text}") };
    Ok(plain(&inlines))
}

#[test]
fn a_salutation_is_whole_for_the_templates_own_addressee_and_holds_the_name_of_another() {
    let head = "language = \"en\"\nsubject = \"S\"\naddressee = \"Mr X\"\nsalutation = \"Dear Mr X\"\n\
                salutation_to = \"Attention: {{ addressee }}\\\\\\nDear all\"";
    assert_eq!(greeting(head, "{{salutation}}!", "").unwrap(), "Dear Mr X!");
    // The break is the template's; what the name has of Markdown stays as it was typed.
    assert_eq!(greeting(head, "{{salutation}}!", "*Wu*").unwrap(), "Attention: *Wu*\nDear all!");
}

#[test]
fn a_salutation_that_cannot_greet_is_told_with_its_place() {
    let refused = |more: &str, text: &str| {
        let head = format!("language = \"en\"\nsubject = \"S\"\naddressee = \"Mr X\"\n{more}");
        greeting(&head, text, "").unwrap_err().to_string()
    };
    let own = "salutation = \"Dear Mr X\"";
    for (more, told) in [
        ("", "my.md:7:1: {{salutation}} stands in a letter's text alone, and needs two lines"),
        (
            own,
            "my.md:2:1: salutation_to is missing here; add a line such as salutation_to = \"Dear {{addressee}}\"",
        ),
        (
            &format!("{own}\nsalutation_to = \"Dear Sir\""),
            "my.md:6:17: salutation_to: write {{addressee}} where the name",
        ),
        (
            &format!("{own}\nsalutation_to = \"Dear {{{{name}}}}\""),
            "my.md:6:17: salutation_to: {{name}} cannot stand here",
        ),
        ("salutation_to = \"Dear {{addressee}}\"", "my.md:2:1: salutation is missing here"),
    ] {
        let refusal = refused(more, "{{salutation}},");
        assert!(refusal.starts_with(told), "{refusal}");
    }
}

#[test]
fn a_note_is_a_paragraph_of_its_own_or_none() {
    let text = "Before.\n\n{{#if signer.note}}\n{{signer.note}}\n\n{{/if}}\nAfter.\n";
    assert_eq!(filled(text, "", "My note.").len(), 3);
    assert_eq!(filled(text, "", "").len(), 2);
}

#[test]
fn a_line_end_within_a_paragraph_is_a_space_but_not_in_chinese_and_japanese() {
    for (source, expected) in [
        ("one\ntwo", "one two"),
        ("北朝鮮\n難民、\nUNHCR\nです。", "北朝鮮難民、 UNHCR です。"),
        ("중국\n정부", "중국 정부"),
        ("漢\n*字*\n漢", "漢 字 漢"),
    ] {
        let blocks = filled(source, "", "");
        let Block::Paragraph(inlines) = &blocks[0] else { panic!("{blocks:?}") };
        assert_eq!(plain(inlines), expected, "{source}");
    }
}

#[test]
fn an_unknown_field_is_named_with_its_place_and_the_nearest_known_one() {
    assert_eq!(
        refused("Dear {{adressee}},\n"),
        "my.md:6:6: unknown field {{adressee}}; did you mean {{addressee}}?"
    );
    assert!(refused("Dear {{name}},\n").ends_with("; did you mean {{signer.name}}?"));
    let other = refused("\nHello {{weather}}");
    assert!(
        other.starts_with("my.md:7:7: unknown field {{weather}}; a letter's fields are addressee, "),
        "{other}"
    );
}

#[test]
fn a_country_has_its_article_within_a_sentence_and_none_alone() {
    let running = |text: &str| {
        let template = template(text).unwrap();
        template.fields().any(|field| *field == Field::SignerTheCountry)
    };
    for text in ["I live in {{signer.country}}.", "{{#if signer.note}}we in\n{{signer.country}}{{/if}}"] {
        assert!(running(text), "{text}");
    }
    for text in [
        "{{signer.country}} is far",
        "Osaka, {{signer.country}}",
        "me\\\n{{signer.country}}",
        "me  \n{{signer.country}}",
        "me\n\n{{signer.country}}",
        "in the {{signer.country}}",
        "in {{signer.city}} {{signer.country}}",
    ] {
        assert!(!running(text), "{text}");
    }
}

#[test]
fn braces_left_open_are_told_where_they_open() {
    assert!(refused("Dear X,\n\nof {{addressee\nand {{date}}").starts_with("my.md:8:4: "));
    // Three braces before a character of more than a byte.
    assert!(refused("{{{date}}}\u{a0}{{date}}{{/if}}").starts_with("my.md:6:"));
}

#[test]
fn what_is_not_a_field_or_a_condition_is_refused() {
    for text in ["{{#each signer.name}}x{{/each}}", "{{> other}}", "{{lookup signer.name 1}}", "{{this}}"] {
        assert!(refused(text).starts_with("my.md:6:1: "), "{}", refused(text));
    }
    assert!(refused("{{{signer.name}}}").contains("with two braces"));
    assert!(refused("{{#if signer.note}}x").starts_with("my.md:6:"), "{}", refused("{{#if signer.note}}x"));
}

#[test]
fn what_is_deeper_or_longer_than_any_letter_is_refused_at_once() {
    let nested = |open: &str, close: &str| format!("{}x{}", open.repeat(20_000), close.repeat(20_000));
    for text in
        [nested("> ", ""), nested("- ", ""), nested("*", "*"), nested("[", "](x)"), nested("_*", "*_")]
    {
        let told = template(&text).map(|_| ());
        assert!(told.is_ok() || told.unwrap_err().to_string().contains("deep"), "{}", &text[..8]);
    }
    assert!(template(&nested("> ", "")).is_err());
    let fields: String = (0..1_000).map(|number| format!("{{{{extra.a{number}}}}} ")).collect();
    assert!(refused(&fields).contains("at most 200 different fields"));
    assert!(refused(&nested("{{#if date}}", "{{/if}}")).contains("20 deep"));
    assert!(refused(&"{{#if date}}x{{/if}}".repeat(30_000)).contains("500"));
    let toml = format!("+++\nlanguage = {}\n+++\nx", "[".repeat(100_000));
    assert!(Template::read("my.md", toml.as_bytes()).is_err());
}

#[test]
fn a_letter_that_must_not_go_out_says_why() {
    let flaw = |text: &str| template(text).unwrap().flaw().map(ToString::to_string);
    assert_eq!(flaw("Dear X,\n\n{{signer.name}}"), None);
    assert_eq!(
        flaw("Dear X,\n\n(Your name)").as_deref(),
        Some(
            "my.md:8:1: (Your name) looks like a field of another program; did you mean {{signer.name}}? As it is, this letter does not hold {{signer.name}}: nobody's name would stand under it"
        )
    );
    let unsigned = "my.md: this letter does not hold {{signer.name}}: nobody's name would stand under it";
    assert_eq!(flaw("Dear X").as_deref(), Some(unsigned));
}

#[test]
fn html_pictures_and_fields_in_link_addresses_are_refused() {
    assert_eq!(
        refused("One.\n\n<script>x</script>\n"),
        "my.md:8:1: HTML has no place in a letter; write plain text or Markdown"
    );
    assert!(refused("a <b>c</b>").starts_with("my.md:6:3: HTML"));
    assert!(refused("![x](http://example.org/x.png)").contains("a picture"));
    assert!(refused("[x](http://example.org/{{signer.name}})").contains("a field in the address"));
}

#[test]
fn a_broken_file_says_where() {
    let read = |bytes: &[u8]| Template::read("my.md", bytes).unwrap_err().to_string();
    assert!(read(b"Dear President").starts_with("my.md:1:1: a letter file begins with a line of +++"));
    assert!(read(b"+++\nsubject = \"x\"\n").starts_with("my.md:1:1: the front matter that begins here"));
    assert!(read(b"+++\nlanguage = \"en\"\nsubject = \"\xff\"\n+++\n").starts_with("my.md:3:12: this byte"));
    assert!(
        read(b"+++\nlanguage = \"en\"\nsubjct = \"x\"\n+++\nx")
            .starts_with("my.md:3:1: unknown key \"subjct\"; did you mean \"subject\"?")
    );
    assert!(
        read(b"+++\nlanguage = \"en\"\n+++\nx")
            .starts_with("my.md:2:1: subject is missing here; add a line such as subject = ")
    );
    assert!(
        read(b"+++\nlanguage = \"en\"\nsubject = \"a\\nBcc: x\"\naddressee = \"x\"\n+++\nx")
            .starts_with("my.md:3:11: subject: it contains U+000A")
    );
    assert!(read("+++\nlanguage = \"en\"\n+++\na\u{202e}b".as_bytes()).starts_with("my.md:4:2: U+202E"));
    assert!(read(format!("{HEAD}\n").as_bytes()).contains("no text after"));
}

#[test]
fn an_extra_column_must_be_one_of_the_file() {
    let template = template("{{extra.team}}").unwrap();
    assert!(template.expect_columns(&["team"]).is_ok());
    assert_eq!(
        template.expect_columns(&["teams"]).unwrap_err().to_string(),
        "my.md:6:1: unknown field {{extra.team}}; did you mean {{extra.teams}}?"
    );
}
