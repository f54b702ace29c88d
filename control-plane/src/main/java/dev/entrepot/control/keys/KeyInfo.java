package dev.entrepot.control.keys;

import java.time.Instant;
import java.util.Optional;

/**
 * What operators see of a token key.
 *
 * @param state future, active or retired
 * @param told when edges were first told of it
 * @param began when it began to sign
 * @param ended when it ceased to
 */
public record KeyInfo(
    String id,
    String state,
    Instant made,
    Optional<Instant> told,
    Optional<Instant> began,
    Optional<Instant> ended) {}
