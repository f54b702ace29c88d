package dev.entrepot.edge.peer;

import dev.entrepot.common.tls.PemPair;

/**
 * What an edge shows to its neighbours, and whom it believes.
 *
 * @param authorities PEM
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PeerTls(PemPair pair, byte[] authorities) {}
