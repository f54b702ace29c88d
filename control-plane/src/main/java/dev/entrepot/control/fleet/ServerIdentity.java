package dev.entrepot.control.fleet;

import dev.entrepot.common.config.Secret;

/**
 * Who the door says it is.
 *
 * @param certificates its certificate and the chain, PEM
 * @param key the private key, PKCS#8 PEM
 */
public record ServerIdentity(String certificates, Secret key) {}
