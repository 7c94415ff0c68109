package org.keras4j.page;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which names a page may be asked for by. A foreign page can have its own name point to this machine, and a browser then
 * lets it read what is here; but it asks by that name.
 */
final class HostCheck {
  private final Set<String> names = new HashSet<>(Set.of("localhost", "127.0.0.1", "[::1]"));
  private final int port;

  HostCheck(InetSocketAddress address, List<String> further) {
    port = address.getPort();
    InetAddress a = address.getAddress();
    if (!a.isAnyLocalAddress()) {
      String literal = a.getHostAddress();
      names.add(literal.contains(":") ? "[" + literal + "]" : literal);
    }
    further.forEach(h -> names.add(h.toLowerCase(Locale.ROOT)));
  }

  boolean allows(@Nullable String header) {
    if (header == null) {
      return false;
    }
    String host = header.toLowerCase(Locale.ROOT);
    int colon = host.lastIndexOf(':');
    if (colon > host.lastIndexOf(']')) {
      if (!host.substring(colon + 1).equals(Integer.toString(port))) {
        return false;
      }
      return names.contains(host.substring(0, colon));
    }
    return port == 80 && names.contains(host);
  }
}
