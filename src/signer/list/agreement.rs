//! What of a list may be proposed as consent: which headings ask for it, which answers give it.
//!
//! A proposal is a yes for everyone it covers, and the organizer may not look twice. So only what can hardly mean anything
//! else is proposed as it is; what is doubtful is shown, and left to the organizer: an answer that refuses, hesitates or
//! sets a condition, and a heading that asks for something else than a letter.

use super::synonyms::key;
use crate::plain_text::has_word;
use crate::signer::consent::words::{self, Answer};

/// Whether a heading speaks of agreeing.
pub(super) fn is_spoken_of(heading: &str) -> bool {
    let key = key(heading);
    AGREEING.split_whitespace().any(|word| key.contains(word))
}

/// Whether a heading speaks of the letter or of whom it goes to.
pub(super) fn names_the_letter(heading: &str) -> bool {
    // A newsletter is no letter.
    let other = |key: String, word: &str| key.replace(word, " ");
    let key = OTHER.split_whitespace().fold(key(heading), other);
    LETTER.split_whitespace().any(|word| key.contains(word))
}

/// Whether a heading may ask for something else than whether a letter is sent, or for the contrary.
pub(super) fn may_be_of_something_else(heading: &str) -> bool {
    let key = key(heading);
    let asks_something_else = OTHER.split_whitespace().any(|word| key.contains(word));
    asks_something_else && !names_the_letter(heading)
        || has_reserve(heading) && !begins_as_one(&words::key(heading))
}

/// Whether a cell begins as an agreement does, as a form's box to tick is exported.
pub(super) fn begins_as_one(key: &str) -> bool {
    BEGINNINGS.split('|').any(|beginning| key.starts_with(beginning))
}

/// Whether whoever answered this under the heading agreed, as far as words can tell. `alone` is whether this is the column's
/// one answer, given by several: then it is the sentence beside a box, which may well say what does not happen.
pub(super) fn is_given_by(cell: &str, heading: &str, alone: bool) -> bool {
    let key = words::key(cell);
    if let Some(answer) = words::answer(&key) {
        return answer == Answer::Yes;
    }
    let only_read = key.starts_with(HAVING_READ) && !is_spoken_of(&key);
    begins_as_one(&key) && !only_read && (alone || key == words::key(heading) || !has_reserve(cell))
}

/// Whether a word that is not known may be a yes: it does not sound like another answer.
pub(super) fn may_be_one(cell: &str) -> bool {
    let key = words::key(cell);
    words::answer(&key) != Some(Answer::No) && !has_reserve(cell) && key.chars().any(char::is_alphanumeric)
}

/// Whether a text has a word that refuses, hesitates or sets a condition.
fn has_reserve(text: &str) -> bool {
    let text = words::key(text);
    let has_sign = text.contains('?') || text.contains("n't ");
    let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '\'' && !is_mark(c));
    has_sign
        || words.any(|word| has_word(RESERVES, word) || word.split('\'').any(|part| has_word(RESERVES, part)))
        || WITHIN.split_whitespace().any(|part| text.contains(part))
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

const AGREEING: &str = "agree consent accept permission optin gdpr dsgvo einverstanden einwillig zustimm akkoord toestemming acepto acepta consiento \
     autorizo aceito concordo consinto accetto acconsent autorizzo consens zgadzam zgoda zgodę souhlas соглас згод погодж samtyck samtykk 同意 承諾 \
     賛同 동의 أوافق الموافقة موافق सहमत ยินยอม đồngý setuju зөвшөөр onaylıyorum kabulediyorum suostu hozzájárul συμφων מסכים acceptance terms";

/// The letter, the protest, the embassy, the government.
const LETTER: &str = "letter embass petition protest lettre ambassade brief botschaft carta embajad embaixad lettera ambasciat ambassad \
     ambasad письмо посольств лист dopis velvyslanectv brev ambassaden kirje suurlähety mektup büyükelçi 手紙 书简 信件 信函 大使馆 大使館 \
     편지 서한 대사관 رسالة سفارة पत्र दूतावास จดหมาย สถานทูต สถานเอกอัครราชทูต bứcthư đạisứquán surat kedutaan захидал элчин";

/// What else people are asked to agree to.
const OTHER: &str = "newsletter news update mailinglist marketing offers cookie photo picture video phone telephone sms whatsapp terms privacy policy \
     gdpr dsgvo optin optout permission datenschutz agb werbung rundbrief nutzungsbedingungen bulletin actualité confidentialité rgpd boletín boletim \
     noticias privacidad privacidade termos términos novità informativa condizioni nieuwsbrief voorwaarden privacyverklaring biuletyn regulamin rodo \
     zpravodaj рассылк политик розсилк політик nyhetsbrev vilkår integritet uutiskirje tietosuoja bülten kvkk donat spende membership mitglied volunteer \
     メルマガ お知らせ 利用規約 プライバシー 新闻 隐私 訂閱 뉴스레터 소식 약관 개인정보";

/// A beginning that is none yet.
const HAVING_READ: &str = "i have read";

const BEGINNINGS: &str = "i agree|i consent|i accept|yes, i |yes i |i give my consent|i have read|j'accepte|je consens|ich stimme|ich willige|ich bin \
     einverstanden|acepto|doy mi consentimiento|aceito|concordo|accetto|acconsento|ik ga akkoord|ik geef toestemming|wyrażam zgodę|zgadzam \
     się|souhlasím|согласен|я согласен|даю согласие|погоджуюсь|jag samtycker|أوافق|我同意|同意|동의|tôi đồng ý|saya setuju|kabul ediyorum";

/// Words that refuse, hesitate or set a condition, each a word of its own.
const RESERVES: &str = "not no never none without except unless only but if however though although maybe perhaps unsure uncertain depends later cannot \
     partly provided withdraw withdrawn decline refuse object oppose stop anonymous anonymously \
     nicht kein keine keinen keiner nie niemals ohne außer nur aber wenn falls sofern vielleicht jedoch anonym \
     n ne pas non jamais sans sauf seulement uniquement mais si peut-être aucun aucune anonyme \
     nunca sin excepto salvo solo sólo solamente pero quizá quizás anónimo não sem exceto só somente apenas mas talvez \
     mai senza tranne soltanto forse niet geen nooit zonder behalve alleen maar misschien mits tenzij indien \
     nigdy bez tylko ale jeśli jeżeli może oprócz nikdy jen pouze pokud možná kromě \
     не нет никогда без кроме только но если возможно анонимно ні ніколи крім лише тільки якщо можливо \
     inte ej aldrig utan bara endast men kanske ikke aldri uten uden kun hvis ei vain mutta jos ehkä ilman \
     değil ama sadece yalnızca eğer belki hayır nem csak talán anélkül nu doar dar dacă poate fără όχι δεν αλλά μόνο αν ίσως \
     tidak bukan tapi tetapi hanya jika mungkin tanpa không nhưng chỉ nếu үгүй зөвхөн гэхдээ \
     لا ليس لكن فقط إذا ربما بدون غير नहीं लेकिन केवल अगर शायद बिना לא אבל רק אם אולי ללא";

/// The same in languages that write no spaces, or join such words to others.
const WITHIN: &str = "ない ません ませぬ ただし だけ のみ しかし かもしれ 限り 以外 不 没有 未 但 只 仅 僅 如果 除 也许 可能 않 안함 못 하지만 단, 다만 \
     아니 경우 조건 ไม่ แต่ เฉพาะ ถ้า หาก อาจ";

#[cfg(test)]
mod tests {
    use super::{BEGINNINGS, is_given_by, is_spoken_of, may_be_of_something_else};
    use crate::signer::consent::words;

    #[test]
    fn what_begins_as_an_agreement_and_goes_on_as_one_is_given() {
        for cell in [
            "I agree to all of it",
            "I agree that my name goes to the embassy",
            "Yes, I want you to send it",
            "Ja",
            "Ich stimme zu, dass mein Name genannt wird",
            "J'accepte que mon nom figure dans la lettre",
            "我同意寄信",
            "동의하고 보냅니다",
            "同意して送ります",
            "Acepto que se envíe mi carta de protesta",
            "I have read the letter and agree to it",
        ] {
            assert!(is_given_by(cell, "Your answer", false), "{cell}");
        }
    }

    #[test]
    fn what_refuses_hesitates_or_sets_a_condition_is_not() {
        for cell in [
            "No",
            "No thanks",
            "Please do not send",
            "Not sure",
            "Vielleicht",
            "I agree?",
            "I agree, but only without my city",
            "Yes, I don't mind, later perhaps",
            "I agree if my name stays out",
            "Ich stimme nicht allem zu",
            "Ich stimme zu, aber ohne Namen",
            "J'accepte si mon nom n'est pas cité",
            "Acepto, pero sin mi ciudad",
            "同意しかねません",
            "Acepto solo una vez",
            "我同意，但不要写名字",
            "동의하지만 이름은 빼 주세요",
            "согласен, но без имени",
            "Send it to my sister",
            "I have read it",
            "-",
        ] {
            assert!(!is_given_by(cell, "Your answer", false), "{cell}");
        }
    }

    #[test]
    fn the_sentence_beside_a_box_may_say_what_does_not_happen() {
        let sentence =
            "I agree that the letter is sent in my name. My address is not shown, unless I wish it.";
        assert!(!is_given_by(sentence, "Your answer", false));
        assert!(is_given_by(sentence, "Your answer", true));
        assert!(is_given_by(sentence, sentence, false));
        let against = "Do not use my name";
        assert!(!is_given_by(against, against, true));
    }

    #[test]
    fn a_heading_that_asks_for_something_else_is_told_from_one_that_asks_for_the_letter() {
        for heading in
            ["I agree", "Consent", "I agree that my name goes to the embassy", "同意", "acceptance-1"]
        {
            assert!(is_spoken_of(heading) && !may_be_of_something_else(heading), "{heading}");
        }
        assert!(!may_be_of_something_else("I agree to the terms, and that the letter is sent"));
        for heading in [
            "I agree to get the newsletter",
            "GDPR",
            "Terms accepted",
            "I do not agree",
            "Opt-in SMS",
            "Tick if you do not consent",
            "Einwilligung Datenschutz",
        ] {
            assert!(may_be_of_something_else(heading), "{heading}");
        }
    }

    #[test]
    fn no_beginning_is_doubted_by_itself() {
        for beginning in BEGINNINGS.split('|') {
            let sentence = format!("{beginning} and agree x");
            assert!(is_given_by(&sentence, "", false), "{sentence}");
            assert_eq!(words::key(beginning), beginning.trim());
        }
    }
}
