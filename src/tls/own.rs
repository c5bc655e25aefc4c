//! A server's own certificate in `--ca`, as a mail bridge on one's own machine makes it: trusted because it is that
//! very certificate. Its names, its dates and the handshake's signature are verified like anybody's.
//!
//! No chain is built from it, although many are marked as an authority's: who holds its key must not be able to speak
//! for other hosts.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};

/// A certificate that names nobody in the way that counts.
#[derive(Debug, thiserror::Error)]
#[error("there is no subjectAltName in it")]
pub(super) struct NamesNobody;

/// Verifies as `inner` does, but for the servers' own certificates.
#[derive(Debug)]
pub(super) struct OrOwn<V> {
    pub(super) inner: V,
    pub(super) own: Vec<CertificateDer<'static>>,
}

impl<V: ServerCertVerifier> ServerCertVerifier for OrOwn<V> {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = if self.own.iter().any(|own| own.as_ref() == end_entity.as_ref()) {
            verify_own(end_entity, server_name, now)
        } else {
            self.inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        };
        verified.map_err(|error| match error {
            Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            ) if names(end_entity).is_none() => other(NamesNobody),
            error => error,
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// Names and dates of a certificate that is trusted as it is.
fn verify_own(
    certificate: &CertificateDer<'_>,
    server_name: &ServerName<'_>,
    now: UnixTime,
) -> Result<ServerCertVerified, Error> {
    let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms;
    let parsed = EndEntityCert::try_from(certificate).map_err(in_rustls_words)?;
    let itself = [anchor_from_trusted_cert(certificate).map_err(in_rustls_words)?];
    // Beside its own signature, which says nothing here, this looks at the dates, and at them first: a certificate that
    // is refused only for being an authority's is in date.
    let dates =
        parsed.verify_for_usage(algorithms.all, &itself, &[], now, KeyUsage::server_auth(), None, None);
    match dates {
        Ok(_) | Err(webpki::Error::CaUsedAsEndEntity) => {}
        Err(error) => return Err(in_rustls_words(error)),
    }
    parsed.verify_is_valid_for_subject_name(server_name).map_err(in_rustls_words)?;
    Ok(ServerCertVerified::assertion())
}

fn in_rustls_words(error: webpki::Error) -> Error {
    Error::InvalidCertificate(match error {
        webpki::Error::CertExpired { .. } => CertificateError::Expired,
        webpki::Error::CertNotValidYet { .. } => CertificateError::NotValidYet,
        webpki::Error::CertNotValidForName(_) => CertificateError::NotValidForName,
        error => return other(error),
    })
}

fn other(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(error))))
}

/// Whether a certificate of `--ca` is a server's own, and no authority's: it names a host, or may sign nothing.
pub(super) fn is_a_servers(certificate: &CertificateDer<'_>) -> bool {
    let may_sign = extension(certificate, [0x55, 0x1d, 0x13]).is_some_and(|basic_constraints| {
        // SEQUENCE { cA BOOLEAN TRUE, … }
        matches!(basic_constraints, [0x30, _, 0x01, 0x01, 0xff, ..])
    });
    // An authority has no host, though it may have a mailbox or a web page.
    let names_a_host =
        names(certificate).is_some_and(|names| names.iter().any(|tag| matches!(tag, 0x82 | 0x87)));
    names_a_host || !may_sign
}

/// The kinds of names in the subjectAltName (RFC 5280 §4.2.1.6), as their tags; nothing where it is not there.
fn names(certificate: &CertificateDer<'_>) -> Option<Vec<u8>> {
    let (mut names, _) = value(extension(certificate, [0x55, 0x1d, 0x11])?)?;
    let mut tags = Vec::new();
    while let (Some(tag), Some((_, rest))) = (names.first(), value(names)) {
        tags.push(*tag);
        names = rest;
    }
    Some(tags)
}

/// The value of an extension: what its OID, `critical`, and the octet string's head are followed by.
fn extension<'c>(certificate: &'c CertificateDer<'_>, id: [u8; 3]) -> Option<&'c [u8]> {
    let oid = [0x06, 0x03, id[0], id[1], id[2]];
    let at = certificate.windows(oid.len()).position(|window| window == oid)? + oid.len();
    let rest = certificate.get(at..)?;
    let octets = rest.strip_prefix(&[0x01, 0x01, 0xff]).unwrap_or(rest);
    (octets.first() == Some(&0x04)).then(|| value(octets)).flatten().map(|(value, _)| value)
}

/// The value of the first DER element, and what follows it.
fn value(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, head) = match *der.get(1)? {
        short @ 0..=0x7f => (usize::from(short), 2),
        0x81 => (usize::from(*der.get(2)?), 3),
        0x82 => (usize::from(*der.get(2)?) << 8 | usize::from(*der.get(3)?), 4),
        _ => return None,
    };
    der.get(head..)?.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::{is_a_servers, names};
    use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, SanType};

    fn certificate(names: Vec<SanType>, is_authority: bool) -> rcgen::Certificate {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.subject_alt_names = names;
        params.is_ca =
            if is_authority { IsCa::Ca(BasicConstraints::Unconstrained) } else { IsCa::ExplicitNoCa };
        params.self_signed(&KeyPair::generate().unwrap()).unwrap()
    }

    #[test]
    fn a_certificate_that_names_a_host_is_that_hosts_own_though_it_be_marked_as_an_authoritys() {
        let host = || vec![SanType::DnsName("localhost".try_into().unwrap())];
        let address = || vec![SanType::IpAddress([127, 0, 0, 1].into())];
        let mailbox = || vec![SanType::Rfc822Name("ca@example.org".try_into().unwrap())];
        for (names, is_authority, expected) in [
            (host(), true, true),
            (address(), true, true),
            (host(), false, true),
            (Vec::new(), false, true),
            (Vec::new(), true, false),
            (mailbox(), true, false),
        ] {
            let certificate = certificate(names.clone(), is_authority);
            assert_eq!(is_a_servers(certificate.der()), expected, "{names:?} {is_authority}");
        }
        assert_eq!(names(certificate(Vec::new(), true).der()), None);
        assert_eq!(names(certificate(address(), true).der()), Some(vec![0x87]));
    }
}
