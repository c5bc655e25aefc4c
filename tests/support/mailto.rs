//! A mailto link, taken apart again.

/// Address, subject and body of a link, decoded as RFC 6068 says.
pub fn decoded(link: &str) -> (String, String, String) {
    let decode = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.bytes();
        while let Some(byte) = rest.next() {
            if byte == b'%' {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
            } else {
                bytes.push(byte);
            }
        }
        String::from_utf8(bytes).unwrap()
    };
    let (address, fields) = link.strip_prefix("mailto:").unwrap().split_once('?').unwrap();
    let (subject, body) = fields.strip_prefix("subject=").unwrap().split_once("&body=").unwrap();
    (decode(address), decode(subject), decode(body))
}
