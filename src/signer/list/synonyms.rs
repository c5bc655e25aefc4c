//! What people and form tools call the columns of a list of supporters, in the languages of the letters and some more.
//!
//! A word stands here only if it can hardly mean anything else in such a list. Words are compared without case, white
//! space, punctuation and what nobody sees, so that `E-Mail`, `e_mail` and `EMAIL` are one; what a form wraps around them
//! (`Your email *`, `What is your email address?`, `E-mail 1 - Value`) is taken off. A column under another name than its own
//! is announced.

use crate::plain_text::{self, has_word};
use crate::signer::field::Field;
use unicode_normalization::UnicodeNormalization;

/// A header's text as it is compared: NFKC, lower case, without white space and ASCII punctuation.
pub(crate) fn key(header: &str) -> String {
    plain_text::without_invisible(header)
        .nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphanumeric() || !(c.is_ascii() || c.is_whitespace() || is_sign(*c)))
        .collect()
}

fn is_sign(c: char) -> bool {
    matches!(
        c,
        '、' | '。'
            | '・'
            | '：'
            | '？'
            | '（'
            | '）'
            | '【'
            | '】'
            | '“'
            | '”'
            | '«'
            | '»'
            | '¿'
            | '¡'
            | '–'
            | '—'
            | '’'
            | '\u{FEFF}'
    )
}

/// The field that goes by this header.
pub(crate) fn field(header: &str) -> Option<Field> {
    let whole = key(header);
    let own = Field::ALL.into_iter().find(|&field| is_own_name(field, &whole));
    own.or_else(|| of_key(&whole)).or_else(|| {
        let bare = bare(header);
        let named = [Field::Name, Field::Country, Field::City, Field::Email, Field::Consent];
        of_key(&bare).or_else(|| named.into_iter().find(|&field| is_own_name(field, &bare)))
    })
}

fn of_key(key: &str) -> Option<Field> {
    let row = SYNONYMS.iter().find(|(_, words)| has_word(words, key));
    row.map(|&(field, _)| field)
}

/// Whether this is the key of the field's own name, and not of a synonym.
pub(super) fn is_own_name(field: Field, key: &str) -> bool {
    field.name().bytes().filter(|&b| b != b'_').eq(key.bytes())
}

/// Whether this column holds a part of a name, so that a column "Nom" beside it is a surname.
pub(crate) fn part_of_a_name(header: &str) -> Option<NamePart> {
    let (whole, bare) = (key(header), bare(header));
    let among = |parts: &str| has_word(parts, &whole) || has_word(parts, &bare);
    if among(GIVEN) {
        Some(NamePart::Given)
    } else if among(MIDDLE) {
        Some(NamePart::Middle)
    } else if among(FAMILY) {
        Some(NamePart::Family)
    } else {
        None
    }
}

/// A part of a name, in the order in which western lists have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NamePart {
    /// The given name.
    Given,
    /// What stands between.
    Middle,
    /// The family's.
    Family,
}

/// Whether a column under this header may hold words for the letter, or for somebody else: it is asked about.
pub(crate) fn may_be_a_note(header: &str) -> bool {
    let (whole, bare) = (key(header), bare(header));
    has_word(MESSAGES, &whole) || has_word(MESSAGES, &bare)
}

/// Whether a header speaks of when a form was filled in.
pub(super) fn speaks_of_time(header: &str) -> bool {
    let key = key(header);
    has_word(TIMES, &key)
}

/// A header's key without what a form wraps around its word.
fn bare(header: &str) -> String {
    let seen: String = plain_text::without_invisible(header).nfkc().flat_map(char::to_lowercase).collect();
    let mut depth = 0_u32;
    let outside: String = seen
        .chars()
        .filter(|c| match c {
            '(' | '[' | '【' => {
                depth += 1;
                false
            }
            ')' | ']' | '】' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect();
    let words =
        outside.split(|c: char| !c.is_alphanumeric() && !unicode_normalization::char::is_combining_mark(c));
    words.filter(|word| !has_word(WRAPPED, word)).collect()
}

/// Words around the one that counts.
const WRAPPED: &str = "your my the a an of what which whats what's is are do you we in live from please enter write give type tell us me primary main \
     contact signer signers signer's supporter supporters person user customer billing required optional value 1 field s current residence \
     1st submitter respondent participant votre ton quel quelle est vous dans vivez ihr ihre deine dein wie lautet ist bitte pflichtfeld su tu \
     cuál es cual seu sua qual é il tuo la tua qual uw je jouw wat twój twoje ваш ваша ваше вашу your";

/// Keys, with spaces between them.
const SYNONYMS: &[(Field, &str)] = &[
    (
        Field::Name,
        "fullname yourname signer signername signatory namefull completename nameinfull firstandlastname firstnamelastname namefirstlast \
         nom nomcomplet nometprénom prénometnom nombre nombrecompleto nombreyapellidos nombreyapellido nome nomecompleto nomeecognome \
         nomecognome nomeesobrenome naam volledigenaam voorenachternaam vollständigername vorundnachname vornameundnachname vornamenachname \
         namn fulltnamn förochefternamn navn fuldenavn fulltnavn jméno celéjméno jménoapříjmení imięinazwisko nazwiskoimię имя фио \
         имяифамилия полноеимя фамилияимя імя піб повнеімя 名前 お名前 氏名 御名前 姓名 全名 名字 이름 성명 성함 الاسم الاسمالكامل नाम \
         पूरानाम ชื่อ ชื่อนามสกุล họtên họvàtên tên namalengkap nama нэр овогнэр adsoyad adısoyadı adınızsoyadınız isim nimi kokonimi név \
         teljesnév nume numecomplet ονοματεπώνυμο όνομα שם שםמלא",
    ),
    (
        Field::Country,
        "countryregion countryofresidence countrycode residencecountry homecountry countryname nation pays paysderésidence codepays land \
         wohnsitzland länderland país paísderesidencia codigodepais paese paesediresidenza kraj krajzamieszkania země страна \
         странапроживания країна країнапроживання 国 国名 お住まいの国 居住国 国家 國家 国家地区 國家地區 居住国家 국가 나라 거주국 \
         거주국가 البلد الدولة بلدالإقامة देश ประเทศ quốcgia nước đấtnước negara улс улсорон ülke ülkeniz maa asuinmaa ország țara țară \
         χώρα ארץ מדינה bostadsland bopælsland",
    ),
    (
        Field::City,
        "town citytown ville villederésidence stadt ort wohnort ciudad ciudadderesidencia cidade città stad plaats woonplaats by bostadsort \
         ortstad miasto miejscowość město obec город населенныйпункт місто 市 都市 市区町村 お住まいの都市 城市 所在城市 도시 거주도시 \
         المدينة शहर เมือง thànhphố kota хот хотсуурин şehir kaupunki város oraș πόλη עיר",
    ),
    (
        Field::Email,
        "mail emailaddress mailaddress email1 emailaddr emailid useremail courriel adresseemail adressemail adresseélectronique \
         adressecourriel adressedecourriel emailadresse mailadresse emailadressen emailadres mailadres correo correoelectrónico \
         correoelectronico direccióndecorreo direccióndecorreoelectrónico direccióndeemail emaildirección \
         indirizzoemail indirizzomail indirizzodipostaelettronica postaelettronica endereçodeemail endereçoeletrônico enderecodeemail \
         correioeletrônico почта электроннаяпочта адресэлектроннойпочты емайл имейл емейл електроннапошта \
         адресаелектронноїпошти пошта メール メールアドレス eメール eメールアドレス 電子メール 电子邮件 电子邮箱 邮箱 邮件 邮箱地址 \
         电子邮件地址 電子郵件 電郵 電子信箱 信箱 電郵地址 電子郵件地址 이메일 이메일주소 메일 전자우편 메일주소 البريدالإلكتروني \
         عنوانالبريدالإلكتروني بريدإلكتروني البريدالالكتروني ईमेल ईमेलपता อีเมล อีเมล์ ที่อยู่อีเมล địachỉemail thưđiệntử hộpthư \
         alamatemail alamatsurel surel имэйл имэйлхаяг цахимшуудан eposta epostaadresi epostaadresiniz epostanız sähköposti \
         sähköpostiosoite epost epostadress epostadresse mejl mejladress adresemail adresaemail adresăemail adrespocztyelektronicznej \
         adresemailowy pocztaelektroniczna emailováadresa elektronickápošta emailcím emailcíme ηλεκτρονικήδιεύθυνση \
         διεύθυνσηemail ηλεκτρονικόταχυδρομείο דואל דואראלקטרוני כתובתדואל כתובתאימייל אימייל ایمیل",
    ),
    (Field::Note, "personalnote ownwords personalwords"),
    (
        Field::Lang,
        "language letterlanguage languageofletter preferredlanguage langue langage sprache idioma lingua taal język jazyk язык мова språk \
         sprog 言語 语言 語言 언어 اللغة भाषा ภาษา ngônngữ bahasa хэл dil kieli nyelv limbă γλώσσα שפה",
    ),
    (Field::Letter, "letterid template"),
    (
        Field::Consent,
        "consented consentdate consentgiven dateofconsent iconsent agreed agreement consentement einwilligung einverständnis zustimmung \
         consentimiento consentimento consenso toestemming zgoda souhlas согласие згода samtycke samtykke 同意 동의 الموافقة सहमति ยินยอม \
         đồngý persetujuan зөвшөөрөл onay suostumus hozzájárulás consimțământ συγκατάθεση הסכמה",
    ),
];

/// Words that the letter may be given, or the organizer.
const MESSAGES: &str = "comment comments message messages personalmessage remarks remark commentaire commentaires kommentar kommentare nachricht \
     comentario comentarios mensaje mensagem comentário commento commenti messaggio bericht opmerkingen wiadomość komentarz zpráva komentář \
     комментарий комментарии сообщение коментар повідомлення meddelande besked コメント メッセージ ご意見 留言 备注 評論 消息 메시지 \
     의견 댓글 남기실말씀 رسالة تعليق टिप्पणी संदेश ข้อความ ความคิดเห็น tinnhắn ghichú pesan komentar сэтгэгдэл mesaj yorum viesti üzenet";

const GIVEN: &str = "firstname givenname givennames forename forenames first fname prénom prénoms prenom vorname vornamen nombredepila voornaam förnamn \
     fornavn imię křestníjméno 名 給与名 名前名 이름만 tênriêng ad adı etunimi keresztnév utónév prenume όνομαμικρό primeironome nomedibattesimo \
     mei めい";

const MIDDLE: &str = "middlename middlenames middle middleinitial отчество побатькові segundonombre nomedomeio deuxièmeprénom zweitername";

const FAMILY: &str = "lastname surname familyname last lname nomdefamille nachname familienname apellido apellidos cognome sobrenome apelido \
     achternaam efternamn etternavn efternavn nazwisko příjmení фамилия прізвище 姓 苗字 성 성씨 họ soyad soyadı sukunimi vezetéknév επώνυμο \
     שםמשפחה sei せい";

const TIMES: &str = "timestamp submittedat submitted submissiondate submissiontime datesubmitted dateofsubmission completedat completiontime starttime \
     endtime createdat created createdon datecreated date datetime entrydate enddate startdate submitdate submitdateutc startdateutc time \
     horodateur zeitstempel marcatemporal datahora carimbodedatahora carimbodedataehora informazionicronologiche tijdstempel sygnaturaczasowa \
     časováznačka отметкавремени позначкачасу tidsstämpel tidsstempel タイムスタンプ 時間戳記 时间戳记 时间戳 時間戳 타임스탬프 طابعزمني \
     ประทับเวลา dấuthờigian capwaktu zamandamgası aikaleima időbélyeg";

#[cfg(test)]
mod tests {
    use super::{FAMILY, GIVEN, MESSAGES, MIDDLE, SYNONYMS, field, key, part_of_a_name};
    use crate::signer::field::Field;

    #[test]
    fn what_people_write_is_understood_whatever_the_case_and_the_hyphens() {
        for (header, meant) in [
            ("Full Name", Field::Name),
            ("NOM", Field::Name),
            ("名前", Field::Name),
            ("your-name", Field::Name),
            ("What is your full name?", Field::Name),
            ("Country/Region", Field::Country),
            ("country_code", Field::Country),
            ("Which country do you live in?", Field::Country),
            ("Land", Field::Country),
            ("E-Mail", Field::Email),
            ("e-mail address", Field::Email),
            ("your-email", Field::Email),
            ("primary_email", Field::Email),
            ("Email (required)", Field::Email),
            ("Email Address *", Field::Email),
            ("E-mail 1 - Value", Field::Email),
            ("Dirección de correo electrónico", Field::Email),
            ("メールアドレス（必須）", Field::Email),
            ("E-posta adresi", Field::Email),
            ("What is your email address?", Field::Email),
            ("\u{200b}email\u{feff}", Field::Email),
            ("이메일 주소", Field::Email),
            ("Адрес электронной почты", Field::Email),
            ("Ihre E-Mail-Adresse", Field::Email),
            ("Sähköpostiosoite", Field::Email),
            ("Reply-To", Field::ReplyTo),
        ] {
            assert_eq!(field(header), Some(meant), "{header}");
        }
        for header in ["Comment", "Message", "E-mail 2 - Value", "Age", "Street"] {
            assert_eq!(field(header), None, "{header}");
        }
    }

    #[test]
    fn a_part_of_a_name_is_no_name() {
        for header in ["Pre\u{301}nom", "First Name", "last-name", "Vorname", "姓", "Your first name *"] {
            assert!(field(header).is_none() && part_of_a_name(header).is_some(), "{header}");
        }
    }

    #[test]
    fn every_word_is_its_own_key_and_stands_for_one_field() {
        let words = || {
            SYNONYMS
                .iter()
                .flat_map(|(field, words)| words.split_whitespace().map(move |word| (*field, word)))
        };
        for (meant, word) in words() {
            assert_eq!(key(word), word);
            assert_eq!(field(word), Some(meant), "{word}");
            assert_eq!(words().filter(|(_, other)| *other == word).count(), 1, "{word}");
        }
        for parts in [GIVEN, MIDDLE, FAMILY, MESSAGES] {
            for word in parts.split_whitespace() {
                assert!(field(word).is_none() && key(word) == word, "{word}");
            }
        }
    }
}
