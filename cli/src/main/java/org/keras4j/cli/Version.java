package org.keras4j.cli;

import picocli.CommandLine.IVersionProvider;

/** The version printed by {@code --version}. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String v = Main.class.getPackage().getImplementationVersion();
    return new String[] {"keras4j " + (v == null ? "(not packaged)" : v)};
  }
}
