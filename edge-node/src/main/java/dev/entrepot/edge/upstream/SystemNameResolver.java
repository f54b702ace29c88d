package dev.entrepot.edge.upstream;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.net.InetAddress;
import java.util.List;

/** The machine's own resolver, on threads that may block. */
final class SystemNameResolver implements NameResolver {
  /** Threads that look names up; a slow name server must not take the other workers. */
  private static final int THREADS = 4;

  private final WorkerExecutor workers;

  SystemNameResolver(Vertx vertx) {
    this.workers = vertx.createSharedWorkerExecutor("entrepot-names", THREADS);
  }

  @Override
  public Future<List<InetAddress>> resolve(String host) {
    Promise<List<InetAddress>> promise = Promise.promise();
    workers
        .executeBlocking(() -> promise.tryComplete(List.of(InetAddress.getAllByName(host))), false)
        .onFailure(promise::tryFail);
    return promise.future();
  }

  Future<Void> close() {
    return workers.close();
  }
}
