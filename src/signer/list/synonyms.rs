//! What people call the columns of a list of supporters, in the languages that such lists come in.
//!
//! A word stands here only if it can hardly mean anything else in such a list. Words are compared without case,
//! white space and punctuation, so that `E-Mail`, `e_mail` and `EMAIL` are one; a column under another name than its
//! own is announced.

use crate::signer::field::Field;
use unicode_normalization::UnicodeNormalization;

/// A header's text as it is compared: NFKC, lower case, without white space and ASCII punctuation.
pub(crate) fn key(header: &str) -> String {
    header
        .nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphanumeric() || !(c.is_ascii() || c.is_whitespace()))
        .collect()
}

/// The field that goes by this key.
pub(crate) fn field(key: &str) -> Option<Field> {
    let own = Field::ALL.into_iter().find(|&field| is_own_name(field, key));
    own.or_else(|| {
        let row = SYNONYMS.iter().find(|(_, words)| words.split(' ').any(|word| word == key));
        row.map(|&(field, _)| field)
    })
}

/// Whether this is the key of the field's own name, and not of a synonym.
pub(super) fn is_own_name(field: Field, key: &str) -> bool {
    field.name().bytes().filter(|&b| b != b'_').eq(key.bytes())
}

/// Whether this column holds a part of a name, so that a column "Nom" beside it is a surname.
pub(crate) fn is_part_of_a_name(key: &str) -> bool {
    NAME_PARTS.split(' ').any(|part| part == key)
}

/// Keys, with spaces between them.
const SYNONYMS: &[(Field, &str)] = &[
    (
        Field::Name,
        "fullname yourname signer signername signatory nom nomcomplet nometprénom nombre \
         nombrecompleto nombreyapellidos nome nomecompleto nomeecognome naam volledigenaam \
         vollständigername vorundnachname namn navn jméno imięinazwisko имя фио имяифамилия імя \
         піб 名前 お名前 氏名 姓名 이름 성명 الاسم नाम ชื่อ",
    ),
    (
        Field::Country,
        "countryregion countryofresidence pays land país paese kraj země страна країна 国 国名 国家 國家 \
         국가 나라 البلد देश ประเทศ",
    ),
    (
        Field::City,
        "town citytown ville stadt ort wohnort ciudad cidade città stad plaats woonplaats miasto \
         město город місто 市 都市 城市 도시 المدينة शहर เมือง",
    ),
    (
        Field::Email,
        "mail emailaddress mailaddress courriel adresseemail adressemail emailadresse mailadresse \
         emailadres correo correoelectrónico indirizzoemail endereçodeemail почта \
         электроннаяпочта メール メールアドレス 邮箱 电子邮件 電子郵件 이메일 البريدالإلكتروني",
    ),
    (
        Field::Note,
        "personalnote comment comments message personalmessage yourmessage commentaire \
         kommentar nachricht comentario mensaje mensagem commento messaggio bericht комментарий \
         сообщение コメント メッセージ 留言 메시지",
    ),
    (Field::Lang, "language letterlanguage langue sprache idioma lingua taal язык 言語 语言 언어"),
    (Field::Letter, "letterid template"),
    (
        Field::Consent,
        "consented consentdate consentgiven dateofconsent consentement einwilligung \
         consentimiento consentimento consenso toestemming согласие 同意 동의",
    ),
];

const NAME_PARTS: &str = "firstname givenname givennames forename lastname surname familyname middlename prénom prénoms \
     nomdefamille vorname nachname familienname apellido apellidos cognome sobrenome apelido voornaam \
     achternaam förnamn efternamn fornavn etternavn imię nazwisko příjmení фамилия отчество прізвище \
     姓 名 성";

#[cfg(test)]
mod tests {
    use super::{SYNONYMS, field, is_part_of_a_name, key};
    use crate::signer::Field;

    #[test]
    fn what_people_write_is_understood_whatever_the_case_and_the_hyphens() {
        for (header, meant) in [
            ("Full Name", Field::Name),
            ("NOM", Field::Name),
            ("名前", Field::Name),
            ("Country/Region", Field::Country),
            ("Land", Field::Country),
            ("E-Mail", Field::Email),
            ("e-mail address", Field::Email),
            ("Reply-To", Field::ReplyTo),
            ("Comment", Field::Note),
        ] {
            assert_eq!(field(&key(header)), Some(meant), "{header}");
        }
    }

    #[test]
    fn a_part_of_a_name_is_no_name() {
        for header in ["Pre\u{301}nom", "First Name", "last-name", "Vorname"] {
            assert!(field(&key(header)).is_none() && is_part_of_a_name(&key(header)), "{header}");
        }
    }

    #[test]
    fn every_word_is_its_own_key_and_stands_for_one_field() {
        let words =
            || SYNONYMS.iter().flat_map(|(field, words)| words.split(' ').map(move |word| (*field, word)));
        for (meant, word) in words() {
            assert_eq!(key(word), word);
            assert_eq!(field(word), Some(meant), "{word}");
            assert_eq!(words().filter(|(_, other)| *other == word).count(), 1, "{word}");
            assert!(!is_part_of_a_name(word), "{word}");
        }
    }
}
