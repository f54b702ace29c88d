package dev.entrepot.loadtest.load;

import dev.entrepot.loadtest.load.http.Access;
import dev.entrepot.loadtest.load.http.Dialer;
import dev.entrepot.loadtest.load.http.Session;

/** How clients reach registries and who they say they are. */
public record Client(Dialer dialer, Access access) {

  /** A session of the client with that number. */
  Session session(Target target, int number, Tally tally) {
    return new Session(target.endpoint(number), access, dialer, number, tally.traffic());
  }
}
