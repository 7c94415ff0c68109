package org.keras4j.data;

/** Libraries that only some tables need. */
final class Jars {
  private Jars() {}

  /**
   * Makes sure that a library is there.
   *
   * @param type one of its classes
   * @throws IllegalStateException if it is not, naming the artifact
   */
  static void require(String type, String artifact, String user) {
    try {
      Class.forName(type, false, Jars.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          user + " needs " + artifact + " on the class path; keras4j-data does not bring it", e);
    }
  }
}
