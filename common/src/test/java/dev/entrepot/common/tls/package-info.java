@org.jspecify.annotations.NullMarked
package dev.entrepot.common.tls;
