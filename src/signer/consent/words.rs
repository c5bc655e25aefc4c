//! The words with which forms and people answer whether they agree, in the languages of the letters and some more.
//!
//! Only whole answers stand here: a sentence that begins with "I agree" may agree to something else, and is the
//! organizer's to name.

use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization as _;

/// An answer as it is compared: without case, points and signs at its ends, runs of white space as one.
pub(crate) fn key(answer: &str) -> String {
    let straight: Cow<'_, str> = if answer.is_ascii() {
        Cow::Borrowed(answer)
    } else {
        Cow::Owned(answer.nfkc().map(|c| if matches!(c, '’' | '‘' | 'ʼ') { '\'' } else { c }).collect())
    };
    let small = straight.to_lowercase();
    let bare =
        small.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '!' | ',' | ';' | '。' | '"'));
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a word says to the question whether its writer agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Yes,
    No,
}

/// Whether a key is a yes or a no; none where it is neither.
pub(crate) fn answer(key: &str) -> Option<Answer> {
    // Most cells of a list are empty or a day.
    if key.is_empty() || key.len() > 1 && key.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if YES.split('|').any(|word| word.trim() == key) {
        Some(Answer::Yes)
    } else if NO.split('|').any(|word| word.trim() == key) {
        Some(Answer::No)
    } else {
        None
    }
}

const YES: &str = "yes|y|true|t|1|on|x|✓|✔|☑|✅|checked|ticked|selected|agree|agreed|i agree|yes, i agree|yes i agree|accept|accepted\
    |i accept|yes, i accept|consent|i consent|yes, i consent|consented|i do|ok|okay\
    |はい|同意|同意する|同意します|同意しました|はい、同意します|承諾します|賛同します\
    |예|네|동의|동의함|동의합니다|예, 동의합니다|네, 동의합니다\
    |是|是的|我同意|是，我同意|是,我同意|同意。\
    |oui|j'accepte|j'accepte.|je suis d'accord|d'accord|oui, j'accepte|je consens|accepté\
    |ja|ich stimme zu|ich bin einverstanden|einverstanden|ja, ich stimme zu|zugestimmt|stimme zu\
    |sí|acepto|sí, acepto|estoy de acuerdo|de acuerdo|consiento|autorizo\
    |sim|aceito|concordo|sim, aceito|sim, concordo|eu aceito|eu concordo|de acordo\
    |sì|accetto|acconsento|sono d'accordo|sì, accetto|d'accordo\
    |ik ga akkoord|akkoord|ja, ik ga akkoord|ik stem toe|ik ben het eens\
    |tak|zgadzam się|wyrażam zgodę|akceptuję|tak, zgadzam się|zgoda\
    |ano|souhlasím|ano, souhlasím|áno|súhlasím\
    |да|согласен|согласна|я согласен|я согласна|согласен(на)|согласен/согласна|да, согласен|да, согласна|подтверждаю\
    |так|погоджуюсь|погоджуюся|я погоджуюсь|згоден|згодна|я згоден|я згодна|так, погоджуюсь|даю згоду\
    |jag samtycker|jag godkänner|samtycker|godkänner|ja, jag samtycker|jag håller med\
    |jeg samtykker|jeg accepterer|samtykker|jeg godtar|hyväksyn|kyllä|suostun\
    |نعم|أوافق|موافق|أنا أوافق|نعم، أوافق\
    |हाँ|हां|सहमत|मैं सहमत हूँ|मैं सहमत हूं|जी हाँ\
    |ใช่|ยินยอม|ยอมรับ|ตกลง|ข้าพเจ้ายินยอม|เห็นด้วย\
    |có|đồng ý|tôi đồng ý|vâng\
    |ya|setuju|saya setuju|ya, saya setuju\
    |тийм|зөвшөөрч байна|би зөвшөөрч байна|зөвшөөрнө|зөвшөөрсөн\
    |evet|kabul ediyorum|onaylıyorum|evet, kabul ediyorum|igen|elfogadom|hozzájárulok|da, sunt de acord|sunt de acord|ναι|συμφωνώ|כן|אני מסכים\
    |אני מסכימה";

const NO: &str = "no|n|false|f|0|off|unchecked|unticked|not checked|not selected|disagree|i disagree|i do not agree|i don't agree|not agreed\
    |no, i do not agree|no, i don't agree|decline|declined|i decline|refuse|refused|withdrawn|revoked|✗|✘|☐|❌\
    |いいえ|同意しない|同意しません|아니요|아니오|동의하지 않음|동의하지 않습니다|동의안함|否|不同意|我不同意|不是\
    |non|je refuse|je n'accepte pas|nein|ich stimme nicht zu|nicht einverstanden|no acepto|no estoy de acuerdo|não|não aceito|não concordo\
    |non accetto|non acconsento|nee|niet akkoord|ik ga niet akkoord|nie|nie zgadzam się|nie wyrażam zgody|ne|nesouhlasím|нет|не согласен\
    |не согласна|ні|не погоджуюсь|nej|jag samtycker inte|nei|ei|لا|لا أوافق|غير موافق|नहीं|ไม่|ไม่ใช่|ไม่ยินยอม|không|không đồng ý\
    |tidak|tidak setuju|үгүй|зөвшөөрөхгүй|hayır|kabul etmiyorum|nem|όχι|לא";

#[cfg(test)]
mod tests {
    use super::{NO, YES, answer, key};

    #[test]
    fn every_answer_is_its_own_key_or_has_it_beside_it_and_none_is_both() {
        for word in YES.split('|').chain(NO.split('|')) {
            assert!(answer(&key(word)).is_some(), "{word}");
        }
        assert!(YES.split('|').all(|yes| NO.split('|').all(|no| yes.trim() != no.trim())));
    }
}
