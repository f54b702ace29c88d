package dev.entrepot.control.ca;

import dev.entrepot.common.config.Secret;

/**
 * A new certificate and its private key.
 *
 * @param chain the certificate and then the authority's, PEM
 * @param key PKCS#8 PEM
 */
public record IssuedPair(String chain, Secret key) {}
