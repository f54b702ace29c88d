package dev.entrepot.loadtest.upstream;

import java.util.function.LongSupplier;

/**
 * What every connection needs.
 *
 * @param bandwidth shared by all connections
 * @param perConnection the most bytes a second that one connection may have; 0 is no limit
 */
record Service(
    Settings settings,
    Origin origin,
    Faults faults,
    Journal journal,
    Pacer bandwidth,
    LongSupplier perConnection) {}
