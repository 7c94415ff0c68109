package org.keras4j.distribution.gloo;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import org.keras4j.core.Keras;

/**
 * How the processes of a group find each other, and what they tell each other besides numbers: that one failed, waits in
 * vain, or leaves. Rank 0 listens and hands everything on.
 */
interface Rendezvous {
  /** How long a failure that another process knows of may take to get here. */
  long GRACE = 3000;

  /** The greeting of a process. */
  static String hello(int rank, int size) {
    return "keras4j " + rank + " " + size + " " + Keras.version();
  }

  /** Rank 0's end: returns when all others are there. */
  static Rendezvous open(Group group, String address, int port, Duration timeout) {
    return new RendezvousServer(group, address, port, timeout);
  }

  /** Another rank's end: returns when all are there. */
  static Rendezvous join(Group group, String address, int port, Duration timeout) {
    return new RendezvousClient(group, address, port, timeout);
  }

  /** The port of the store through which Gloo's ends find each other. */
  int storePort();

  /** Rank 0 tells the others of the store. */
  void go(int storePort) throws IOException;

  /** The address by which this process is reached. */
  InetAddress local();

  /** Tells the others that this process failed. */
  void abort(String reason);

  /** Tells that this process waits in vain: who is to blame becomes the group's failure. */
  void stuck(String what);

  /** Waits until all processes leave. */
  void bye();
}
