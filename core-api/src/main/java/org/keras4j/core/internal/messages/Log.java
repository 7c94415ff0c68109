package org.keras4j.core.internal.messages;

import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * What the library says besides exceptions. It goes to SLF4J if a provider is there. Without one SLF4J drops everything,
 * so it goes to the JDK's {@link System.Logger} then, which shows warnings on standard error.
 */
public final class Log {
  private static final boolean SLF4J = hasProvider();

  private static volatile boolean warnings =
      !"false".equals(System.getProperty("keras4j.warnings", "true"));

  private final String name;

  private Log(Class<?> of) {
    this.name = of.getName();
  }

  /** What a class says. */
  public static Log of(Class<?> type) {
    return new Log(type);
  }

  /** Whether warnings are shown. */
  public static boolean warnings() {
    return warnings;
  }

  /** Shows warnings or not. */
  public static void setWarnings(boolean on) {
    warnings = on;
  }

  // without asking LoggerFactory, which complains of a missing provider itself
  private static boolean hasProvider() {
    if (System.getProperty("slf4j.provider") != null) {
      return true;
    }
    try {
      return ServiceLoader.load(SLF4JServiceProvider.class, LoggerFactory.class.getClassLoader())
          .iterator()
          .hasNext();
    } catch (ServiceConfigurationError e) {
      return false;
    } catch (LinkageError e) {
      // SLF4J 1, which has no such service
      return !LoggerFactory.getILoggerFactory().getClass().getSimpleName().startsWith("NOP");
    }
  }

  /** Tells the user of something that is probably not as meant; nothing if {@link #setWarnings} says so. */
  public void warn(String text) {
    if (!warnings) {
      return;
    }
    if (SLF4J) {
      slf4j().warn(text);
    } else {
      jdk().log(System.Logger.Level.WARNING, text);
    }
  }

  /** Something that may be of interest to those who chose a provider of SLF4J. */
  public void info(String text) {
    if (SLF4J) {
      slf4j().info(text);
    } else {
      jdk().log(System.Logger.Level.DEBUG, text);
    }
  }

  /** Something for those who look for a fault in the library. */
  public void debug(String text, Throwable cause) {
    if (SLF4J) {
      slf4j().debug(text, cause);
    } else {
      jdk().log(System.Logger.Level.DEBUG, text, cause);
    }
  }

  /** Something long for those who look for a fault in the library. */
  public void trace(String text) {
    if (SLF4J) {
      slf4j().trace(text);
    } else {
      jdk().log(System.Logger.Level.TRACE, text);
    }
  }

  private Logger slf4j() {
    return LoggerFactory.getLogger(name);
  }

  private System.Logger jdk() {
    return System.getLogger(name);
  }
}
