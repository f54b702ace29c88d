package dev.entrepot.edge;

import dev.entrepot.common.config.EdgeSettings;
import dev.entrepot.common.config.ListenAddress;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.edge.store.StoreException;
import io.vertx.core.Future;
import java.net.BindException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running edge. */
public final class Edge implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Edge.class);
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration END = Duration.ofSeconds(15);

  private final EdgeAssembly assembly;
  private final List<ListenAddress> doors = new ArrayList<>();
  private ListenAddress observe = new ListenAddress("", 0);
  private ListenAddress admin = new ListenAddress("", 0);

  private Edge(EdgeAssembly assembly) {
    this.assembly = assembly;
  }

  /**
   * Starts an edge; when this returns, it answers. Blocks.
   *
   * @throws Refusal with one sentence that says what to do
   */
  public static Edge start(EdgeSettings settings) {
    return start(settings, Optional.empty());
  }

  /** The same with a control plane in this process, which counts instead of one from afar. */
  public static Edge start(EdgeSettings settings, Optional<LocalControl> local) {
    EdgeAssembly assembly;
    try {
      assembly = EdgeAssembly.open(settings, local);
    } catch (StoreException e) {
      throw new Refusal(String.valueOf(e.getMessage()), e);
    }
    Edge edge = new Edge(assembly);
    try {
      edge.listen(settings);
      return edge;
    } catch (RuntimeException e) {
      edge.close();
      throw e;
    }
  }

  /** Where clients pull, with the ports that the system chose. */
  public List<ListenAddress> doors() {
    return List.copyOf(doors);
  }

  /** Where health and meters are. */
  public ListenAddress observe() {
    return observe;
  }

  /** Where the operator's door is. */
  public ListenAddress admin() {
    return admin;
  }

  /** Most bytes that may be kept on disk. */
  public long capacityBytes() {
    return assembly.capacity().bytes();
  }

  /** Lets running answers finish, at most for so long, and takes no new traffic. Blocks. */
  public void drain(Duration most) {
    assembly.traffic(Optional.of("draining"));
    LOG.info("draining: {} answers are running", assembly.running());
    await(assembly.registry().drain(most), most.plus(END));
  }

  @Override
  public void close() {
    assembly.close(END);
  }

  private void listen(EdgeSettings settings) {
    EdgeSettings.Listen listen = settings.listen();
    observe =
        bind(listen.observe(), at -> assembly.observe().listen(EdgeConfig.literal(at), at.port()));
    admin = bind(listen.admin(), at -> assembly.admin().listen(EdgeConfig.literal(at), at.port()));
    for (EdgeSettings.Door door : listen.registry()) {
      doors.add(
          bind(
              door.address(),
              _ ->
                  assembly
                      .registry()
                      .listen(List.of(EdgeConfig.listener(door)), EdgeAssembly.LOOPS)
                      .map(List::getLast)));
    }
    settings.cluster().ifPresent(it -> bind(it.peer().listen(), _ -> assembly.listenForPeers()));
    assembly.follow();
    assembly.traffic(Optional.empty());
  }

  private interface Binding {
    Future<Integer> at(ListenAddress address);
  }

  private static ListenAddress bind(ListenAddress address, Binding binding) {
    try {
      return new ListenAddress(address.host(), await(binding.at(address), START));
    } catch (Failed e) {
      if (e.getCause() instanceof BindException) {
        throw new Refusal(
            "cannot listen on "
                + address
                + " ("
                + e.getCause().getMessage()
                + "): "
                + address.remedy(),
            e);
      }
      throw new Refusal("cannot listen on " + address + ": " + e.getCause().getMessage(), e);
    }
  }

  /** Carries why a future failed. */
  private static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final Throwable why;

    Failed(Throwable why) {
      super(why);
      this.why = why;
    }

    @Override
    public synchronized Throwable getCause() {
      return why;
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
}
