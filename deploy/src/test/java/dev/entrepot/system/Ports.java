package dev.entrepot.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Loopback ports. */
final class Ports {
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final int FIRST = 20_000;
  private static final int SPAN = 12_000;
  private static final AtomicInteger NEXT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(SPAN));

  private Ports() {}

  /**
   * A port that was free a moment ago, and that nobody else was given: doors share a port without a
   * word (SO_REUSEPORT), so two edges with the same one would each get half of the connections. Not
   * one of those that the system gives to whoever connects.
   */
  static int free() {
    for (int tries = 0; tries < SPAN; tries++) {
      int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), SPAN);
      try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return port;
      } catch (IOException _) {
        // somebody has it
      }
    }
    throw new AssertionError("no port is free");
  }

  /** Waits until something is so, looking again and again. */
  static void await(Duration limit, Supplier<String> what, BooleanSupplier ready) {
    long end = System.nanoTime() + limit.toNanos();
    while (!ready.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within " + limit + ": " + what.get());
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  /** Whether something listens there. */
  static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
