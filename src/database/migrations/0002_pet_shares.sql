CREATE TABLE "data_exports" (
	"blob" text NOT NULL,
	"platform" text NOT NULL,
	"person_id" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "data_exports_blob_platform_person_id_pk" PRIMARY KEY("blob","platform","person_id")
);
--> statement-breakpoint
CREATE TABLE "pet_invitations" (
	"code" text PRIMARY KEY NOT NULL,
	"pet_id" text NOT NULL,
	"shared_by" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pet_shares" (
	"pet_id" text NOT NULL,
	"scope" text NOT NULL,
	"platform" text NOT NULL,
	"target" text NOT NULL,
	"shared_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "pet_shares_pet_id_scope_platform_target_pk" PRIMARY KEY("pet_id","scope","platform","target")
);
--> statement-breakpoint
ALTER TABLE "pet_invitations" ADD CONSTRAINT "pet_invitations_pet_id_pets_id_fk" FOREIGN KEY ("pet_id") REFERENCES "public"."pets"("id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "pet_shares" ADD CONSTRAINT "pet_shares_pet_id_pets_id_fk" FOREIGN KEY ("pet_id") REFERENCES "public"."pets"("id") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
CREATE INDEX "pet_shares_target" ON "pet_shares" USING btree ("platform","scope","target");