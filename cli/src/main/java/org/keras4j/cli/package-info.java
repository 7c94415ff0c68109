/** The command line. */
@org.jspecify.annotations.NullMarked
package org.keras4j.cli;
