package org.keras4j.distribution.gloo;

import java.time.Duration;
import org.keras4j.core.spi.Collectives;
import org.keras4j.core.spi.CollectivesProvider;

/** Connects processes by Gloo, whose messages go over TCP between their host memories. */
public final class GlooProvider implements CollectivesProvider {
  /** For {@link java.util.ServiceLoader}. */
  public GlooProvider() {}

  @Override
  public String name() {
    return "gloo";
  }

  @Override
  public Collectives connect(String address, int port, int rank, int size, Duration timeout) {
    Group group = new Group(rank, size);
    try {
      Rendezvous rendezvous = rank == 0
          ? Rendezvous.open(group, address, port, timeout)
          : Rendezvous.join(group, address, port, timeout);
      return new GlooCollectives(group, rendezvous, address, timeout);
    } catch (RuntimeException e) {
      group.leave();
      throw e;
    }
  }
}
