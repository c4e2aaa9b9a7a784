/** The worked example of README.md, compiled and run by a test. */
package io.nearstream.example;
