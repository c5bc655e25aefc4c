//! Certificates made for a test, and TLS servers that present them.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// A server's certificate, and what `--ca` is to hold for it.
pub struct Certificate {
    pub config: Arc<ServerConfig>,
    pub authority: String,
}

/// A certificate for a name, signed by an authority of its own.
pub fn certificate(name: &str, expired: bool) -> Certificate {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let mut leaf = CertificateParams::new(vec![name.to_owned()]).unwrap();
    if expired {
        leaf.not_before = date_time_ymd(2020, 1, 1);
        leaf.not_after = date_time_ymd(2020, 2, 1);
    }
    let key = KeyPair::generate().unwrap();
    let leaf = leaf.signed_by(&key, &authority).unwrap();
    Certificate { config: serving(&leaf, &key), authority: authority.pem() }
}

/// A certificate that signs itself and is marked as an authority's, as mail bridges make it.
pub fn self_signed(names: &[&str], expired: bool) -> Certificate {
    let key = KeyPair::generate().unwrap();
    let own = marked_as_authority(names, expired).self_signed(&key).unwrap();
    Certificate { config: serving(&own, &key), authority: own.pem() }
}

/// One in `--ca`, and another with the same key and names at the server.
pub fn same_key_in_another(names: &[&str]) -> Certificate {
    let key = KeyPair::generate().unwrap();
    let given = marked_as_authority(names, false).self_signed(&key).unwrap();
    let mut other = marked_as_authority(names, false);
    other.serial_number = Some(4711.into());
    let other = other.self_signed(&key).unwrap();
    Certificate { config: serving(&other, &key), authority: given.pem() }
}

/// One in `--ca` that names a host, and at the server another that it has signed.
pub fn signed_by_a_hosts_own(names: &[&str]) -> Certificate {
    let issuer =
        CertifiedIssuer::self_signed(marked_as_authority(names, false), KeyPair::generate().unwrap())
            .unwrap();
    let key = KeyPair::generate().unwrap();
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let leaf = CertificateParams::new(names).unwrap().signed_by(&key, &issuer).unwrap();
    Certificate { config: serving(&leaf, &key), authority: issuer.pem() }
}

/// One that has its host's name in the common name alone.
pub fn with_a_common_name_only(name: &str) -> Certificate {
    let mut params = marked_as_authority(&[], false);
    params.distinguished_name.push(DnType::CommonName, name);
    let key = KeyPair::generate().unwrap();
    let own = params.self_signed(&key).unwrap();
    Certificate { config: serving(&own, &key), authority: own.pem() }
}

fn marked_as_authority(names: &[&str], expired: bool) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    if expired {
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2020, 2, 1);
    }
    params
}

fn serving(certificate: &rcgen::Certificate, key: &KeyPair) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    Arc::new(config)
}
