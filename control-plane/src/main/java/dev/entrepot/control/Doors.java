package dev.entrepot.control;

import dev.entrepot.common.config.ListenAddress;
import dev.entrepot.common.config.Refusal;
import io.vertx.core.Future;
import java.net.BindException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Opens doors, and says in one sentence why one cannot be opened. Blocks. */
final class Doors {
  private static final Duration START = Duration.ofSeconds(30);

  private Doors() {}

  /**
   * Listens at an address; gives the address with the port that the system chose.
   *
   * @throws Refusal when that is not possible
   */
  static ListenAddress bind(
      ListenAddress address, Function<ListenAddress, Future<Integer>> listen) {
    try {
      ListenAddress literal = new ListenAddress(literal(address), address.port());
      return new ListenAddress(address.host(), await(listen.apply(literal), START));
    } catch (Failed e) {
      if (e.why instanceof Refusal refusal) {
        throw refusal;
      }
      String sentence = "cannot listen on " + address + " (" + e.why.getMessage() + ")";
      throw new Refusal(
          e.why instanceof BindException
              ? sentence + ": " + address.remedy()
              : sentence + ": correct the address or the certificate",
          e);
    }
  }

  static <T> T await(Future<T> future, Duration most) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new Failed(e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw new Failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failed(e);
    }
  }

  private static String literal(ListenAddress address) {
    try {
      return InetAddress.getByName(address.host()).getHostAddress();
    } catch (UnknownHostException e) {
      throw new Refusal(
          "cannot listen on " + address + ": this machine knows no address " + address.host(), e);
    }
  }

  private static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Throwable why;

    Failed(Throwable why) {
      super(why);
      this.why = why;
    }
  }
}
