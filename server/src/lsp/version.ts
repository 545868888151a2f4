/** Version of the server, told to clients and noted in libraries. The manifest has the same; a test compares them. */
export const version = '0.1.0';
