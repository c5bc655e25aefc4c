//! TLS: certificate and name always verified, against the system's roots and what `--ca` adds: an authority, or a
//! server's own certificate.

mod own;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, IpAddr as TlsIpAddr, ServerName};
use rustls::{CertificateError, ClientConfig, OtherError};
use rustls_platform_verifier::Verifier;

use own::{NamesNobody, OrOwn};

use crate::exit::{Exit, ExitCode};
use crate::files;
use crate::relay::Host;

/// Why there is no TLS to be had on this machine.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each is told by its own sentence")]
pub(crate) enum TlsError {
    #[error("{}: cannot be read: {}", .0.display(), .1)]
    Unreadable(PathBuf, std::io::Error),
    #[error("{}: no certificate in PEM form is in it (a block that begins with -----BEGIN CERTIFICATE-----)", .0.display())]
    NoCertificate(PathBuf),
    #[error(
        "the certificates that this system trusts cannot be read: {0}; on Debian they are in the package ca-certificates"
    )]
    Roots(String),
}

impl ExitCode for TlsError {
    fn exit(&self) -> Exit {
        match self {
            TlsError::Unreadable(..) => Exit::NoInput,
            TlsError::NoCertificate(_) => Exit::Data,
            TlsError::Roots(_) => Exit::Unavailable,
        }
    }
}

/// How TLS sessions begin: verified by the system's trust, and by the certificates in `extra_root`.
///
/// # Errors
/// Where that file, or the system's certificates, cannot be read.
pub(crate) fn config(extra_root: Option<&Path>) -> Result<Arc<ClientConfig>, TlsError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let given = extra_root.map(certificates).transpose()?.unwrap_or_default();
    // What is a server's own is no root: no chain is built from it.
    let roots: Vec<_> = given.iter().filter(|given| !own::is_a_servers(given)).cloned().collect();
    let of_roots = |error: rustls::Error| TlsError::Roots(error.to_string());
    let verifier = Verifier::new_with_extra_roots(roots, Arc::clone(&provider)).map_err(of_roots)?;
    let verifier = OrOwn { inner: verifier, own: given };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(of_roots)?
        // "Dangerous" names the place where a verifier is chosen; this one verifies.
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let pem = files::contents(path).map_err(|error| TlsError::Unreadable(path.to_owned(), error))?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(files::without_mark(&pem)).collect();
    match certificates {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(TlsError::NoCertificate(path.to_owned())),
    }
}

/// The name that the server's certificate must be made out to.
pub(crate) fn server_name(host: &Host) -> Option<ServerName<'static>> {
    match host {
        Host::Localhost => ServerName::try_from("localhost").ok(),
        Host::Address(address) => Some(ServerName::IpAddress(TlsIpAddr::from(*address))),
        Host::Name(name) => ServerName::try_from(name.clone()).ok(),
    }
}

/// The name in a word of rustls's such as `DnsName("mail.example.org")`.
fn name_in(presented: &str) -> &str {
    presented.split('"').nth(1).unwrap_or(presented)
}

/// What is wrong with a certificate, in a sentence without the server's name; nothing where it is not about one. What adds
/// a root is named as the user gives it.
pub(crate) fn about_certificate(error: &rustls::Error, adds_a_root: &str) -> Option<String> {
    let rustls::Error::InvalidCertificate(problem) = error else { return None };
    Some(match problem {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its certificate has expired".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet; is this machine's clock right?".to_owned()
        }
        CertificateError::NotValidForNameContext { presented, .. } if !presented.is_empty() => {
            let names: Vec<&str> = presented.iter().map(|name| name_in(name)).collect();
            format!("its certificate is made out to another name ({})", names.join(", "))
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "its certificate is made out to another name".to_owned()
        }
        CertificateError::UnknownIssuer => {
            format!("its certificate comes from an issuer that this system does not trust; if it is your own, {adds_a_root} adds it")
        }
        CertificateError::BadSignature => format!(
            "its certificate was signed by another authority than the one of that name that is trusted here; if the authority \
             was made anew, {adds_a_root} adds the new one"
        ),
        CertificateError::Revoked => "its certificate has been revoked".to_owned(),
        CertificateError::Other(OtherError(problem)) if problem.is::<NamesNobody>() => {
            "its certificate has no subjectAltName (a name in the CN alone does not count any more): let it be made anew, \
             with the host's name there"
                .to_owned()
        }
        CertificateError::Other(OtherError(problem)) => match problem.downcast_ref::<webpki::Error>() {
            Some(webpki::Error::CaUsedAsEndEntity) => format!(
                "its certificate is an authority's own and not a server's: let that authority sign one for the server, or \
                 give this very certificate with {adds_a_root} if it is your own server's"
            ),
            Some(webpki::Error::UnsupportedCertVersion) => {
                "its certificate is of a form (X.509 v1) that names no host: let it be made anew".to_owned()
            }
            _ => format!("its certificate cannot be verified: {problem}"),
        },
        other => format!("its certificate cannot be verified: {other}"),
    })
}
