SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  persistAuthorization: false,
  // The validator badge would be loaded from another site.
  validatorUrl: null,
});
